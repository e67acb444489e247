/** A server of completions, whose sessions survive each other and the process. */
@SuppressWarnings("requires-automatic")
module dev.kvc.examples.chat {
    requires com.fasterxml.jackson.core;
    requires dev.kvc.engine;
    requires dev.kvc.examples;
    requires dev.kvc.examples.llama;
    requires dev.kvc.micrometer;
    requires java.net.http;
    requires jdk.httpserver;
    requires micrometer.core;
    requires micrometer.registry.prometheus;
    requires static org.jspecify;
}
