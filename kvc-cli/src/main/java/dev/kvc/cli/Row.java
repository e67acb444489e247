package dev.kvc.cli;

/** A line of a table whose columns have fixed widths, so that a million lines need no memory. */
final class Row {
    private final StringBuilder line = new StringBuilder(128);

    Row left(String cell, int width) {
        separate();
        line.append(cell);
        return pad(width - cell.length());
    }

    Row right(String cell, int width) {
        separate();
        pad(width - cell.length());
        line.append(cell);
        return this;
    }

    private void separate() {
        if (!line.isEmpty()) {
            line.append("  ");
        }
    }

    private Row pad(int count) {
        for (int i = 0; i < count; i++) {
            line.append(' ');
        }
        return this;
    }

    /** The line, without blanks at its end. */
    @Override
    public String toString() {
        return line.toString().stripTrailing();
    }
}
