package dev.kvc.store;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The address of a store: {@code file:///var/cache/kvc?budget=8GiB&policy=lru}, {@code memory:?budget=512MiB}.
 *
 * @param scheme which provider opens it, lower case
 * @param location what stands between {@code scheme:} and {@code ?}, as it is written: percent signs are not decoded
 * @param parameters the query's names and values, decoded
 */
public record StoreUri(String scheme, String location, Map<String, String> parameters) {
    /** A user and a password where locations have a host; not in a path. */
    private static final Pattern SECRET = Pattern.compile("^(//)?[^/].*@");

    private static final Pattern FORM = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*):([^?#]*)(?:\\?([^#]*))?");

    /** Copies the parameters. */
    public StoreUri {
        parameters = Map.copyOf(parameters);
    }

    /**
     * Reads an address.
     *
     * @throws IllegalArgumentException if it has no scheme, a fragment, a parameter without {@code =} or one twice
     */
    public static StoreUri parse(String uri) {
        Matcher matcher = FORM.matcher(uri);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("not a store URI: \"" + withoutSecrets(uri)
                    + "\" (scheme:location?name=value&name=value, no fragment)");
        }
        String query = matcher.group(3);
        return new StoreUri(
                matcher.group(1).toLowerCase(java.util.Locale.ROOT),
                matcher.group(2),
                query == null || query.isEmpty() ? Map.of() : parameters(withoutSecrets(uri), query));
    }

    /** Whatever may be a URI, for messages: no parameters, and no user and password. */
    private static String withoutSecrets(String uri) {
        int colon = uri.indexOf(':');
        String shown = uri.substring(0, colon + 1) + masked(uri.substring(colon + 1));
        int query = shown.indexOf('?');
        return query < 0 ? shown : shown.substring(0, query);
    }

    private static String masked(String location) {
        return SECRET.matcher(location).replaceFirst("$1***@");
    }

    private static Map<String, String> parameters(String uri, String query) {
        Map<String, String> parameters = new LinkedHashMap<>();
        for (String parameter : query.split("&", -1)) {
            int equals = parameter.indexOf('=');
            if (equals < 1) {
                throw new IllegalArgumentException("\"" + masked(parameter) + "\" in " + uri + " is not name=value");
            }
            String name = decode(uri, parameter.substring(0, equals));
            if (parameters.put(name, decode(uri, parameter.substring(equals + 1))) != null) {
                throw new IllegalArgumentException("\"" + name + "\" stands twice in " + uri);
            }
        }
        return parameters;
    }

    private static String decode(String uri, String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("\"" + text + "\" in " + uri + " is not percent-encoded UTF-8", e);
        }
    }

    /**
     * Scheme and location as a URI: for providers whose locations are hierarchical.
     *
     * @throws IllegalArgumentException if they are not a URI
     */
    public URI base() {
        try {
            return new URI(scheme + ":" + location);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("not a URI: \"" + this + "\": " + e.getReason());
        }
    }

    /** The parameters, ready to be read with their types. */
    public Settings settings() {
        return new Settings(toString(), parameters);
    }

    /** Scheme and location, without the parameters, and without what stands before an {@code @}: for messages. */
    @Override
    public String toString() {
        return scheme + ":" + masked(location);
    }
}
