/** llama.cpp with a durable prefix cache. */
module dev.kvc.examples.llama {
    requires transitive dev.kvc.engine;
    requires dev.kvc.examples;
    requires static org.jspecify;

    exports dev.kvc.examples.llama;
}
