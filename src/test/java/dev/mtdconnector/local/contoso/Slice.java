package dev.mtdconnector.local.contoso;

import java.util.List;
import java.util.function.Function;

/**
 * Some of many things, in their order.
 *
 * @param next the place at which to go on; -1 when there is nothing more
 */
record Slice<T>(List<T> items, int next) {

    static final int END = -1;

    boolean last() {
        return next == END;
    }

    <R> Slice<R> map(Function<? super T, ? extends R> function) {
        return new Slice<>(items.stream().<R>map(function).toList(), next);
    }
}
