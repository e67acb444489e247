package dev.kvc.examples.transformer;

/** What is computed for the tokens of one block, a row each. It is used again for the next block. */
final class Block {
    /** How many tokens a block has at most. */
    static final int TOKENS = 128;

    final float[][] x;
    final float[][] normal;
    final float[][] query;
    final float[][] mixed;
    final float[][] scratch;
    final float[][] gate;
    final float[][] up;
    /** For each worker, room for a score for each position. */
    final float[][] scores;

    final Rotation rotation;

    /** Position of the token in row 0. */
    int first;
    /** Rows in use. */
    int count;

    Block(TransformerConfig config, int workers) {
        int d = config.dimension();
        x = new float[TOKENS][d];
        normal = new float[TOKENS][d];
        query = new float[TOKENS][d];
        mixed = new float[TOKENS][d];
        scratch = new float[TOKENS][d];
        gate = new float[TOKENS][config.hidden()];
        up = new float[TOKENS][config.hidden()];
        scores = new float[workers][config.contextSize()];
        rotation = new Rotation(config.headDimension(), TOKENS);
    }
}
