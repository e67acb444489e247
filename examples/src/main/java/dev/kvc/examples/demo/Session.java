package dev.kvc.examples.demo;

import java.util.List;

/**
 * A recorded conversation of an agent with its model.
 *
 * @param name the file's
 * @param prompts of its requests, in order
 */
public record Session(String name, List<byte[]> prompts) {}
