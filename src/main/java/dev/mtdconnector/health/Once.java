package dev.mtdconnector.health;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;

/** Does something once for several checks that run side by side: whoever comes first does it, the others wait. */
final class Once<T> implements Supplier<T> {

    private final FutureTask<T> task;

    Once(Supplier<T> source) {
        this.task = new FutureTask<>(source::get);
    }

    /** Fails for everybody as it failed. */
    @Override
    public T get() {
        task.run();
        try {
            return task.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Nobody waits for this check any more", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new IllegalStateException(e.getCause());
        }
    }
}
