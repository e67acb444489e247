package dev.kvc.simulator.trace;

import dev.kvc.format.SaveReason;

/**
 * An engine had the state of a text to save.
 *
 * @param atMillis when
 * @param text the text; an empty one is never stored
 * @param tokens that a later lookup does not have to compute
 * @param bytes of the snapshot, or 0 if the trace does not say
 * @param reason why it was saved
 * @param modelId the model it belongs to, 0 if unknown
 */
public record Save(long atMillis, Prefix text, long tokens, long bytes, SaveReason reason, int modelId)
        implements TraceEvent {
    /**
     * A save of a trace that knows requests alone: the whole prompt is saved once it is answered, as an engine saves a
     * checkpoint of a conversation that goes on ({@link SaveReason#CONTINUED}).
     */
    public static Save checkpoint(long atMillis, Prefix text, long tokens) {
        return new Save(atMillis, text, tokens, 0, SaveReason.CONTINUED, 0);
    }
}
