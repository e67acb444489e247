package dev.kvc.simulator;

import dev.kvc.simulator.trace.Save;
import java.util.function.ToLongFunction;

/** A size model that is a formula. */
record SizeFormula(String name, ToLongFunction<Save> formula) implements SizeModel {
    @Override
    public long bytes(Save save) {
        return formula.applyAsLong(save);
    }
}
