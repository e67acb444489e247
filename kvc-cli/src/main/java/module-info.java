/** The {@code kvc} command: looks at, checks and manages directories of snapshots, whoever wrote them. */
module dev.kvc.cli {
    requires dev.kvc.simulator;
    requires dev.kvc.store;
    requires com.fasterxml.jackson.core;
    requires info.picocli;
    requires org.apache.commons.compress;
    requires static transitive org.jspecify;

    exports dev.kvc.cli;

    // Picocli fills options in by their annotations.
    opens dev.kvc.cli to
            info.picocli;
}
