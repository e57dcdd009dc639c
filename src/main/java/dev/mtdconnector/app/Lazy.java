package dev.mtdconnector.app;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Makes a value once, when it is first asked for. A making that fails is tried again the next time. */
final class Lazy<T> implements Supplier<T> {

    private final Supplier<? extends T> source;
    private volatile @Nullable T value;

    private Lazy(Supplier<? extends T> source) {
        this.source = source;
    }

    static <T> Supplier<T> of(Supplier<? extends T> source) {
        return new Lazy<T>(source);
    }

    @Override
    public T get() {
        T made = value;
        if (made == null) {
            synchronized (this) {
                made = value;
                if (made == null) {
                    made = source.get();
                    value = made;
                }
            }
        }
        return made;
    }
}
