/** The KVC file: key, header, sections, integrity footer and codec. Needs nothing but the JDK. */
module dev.kvc.format {
    requires static transitive org.jspecify;

    exports dev.kvc.format;
}
