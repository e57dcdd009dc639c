package dev.mtdconnector.local.host;

import org.jspecify.annotations.Nullable;

/**
 * One run of a function that has ended.
 *
 * @param input the timer's or message's text; empty for a request
 * @param failure what the function threw, null when it succeeded
 */
public record Run(String function, String input, @Nullable Throwable failure) {

    public boolean failed() {
        return failure != null;
    }
}
