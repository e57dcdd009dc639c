package dev.mtdconnector.local.http;

import org.jspecify.annotations.Nullable;

/** Ends a handler early with an answer, which is sent as it stands. */
public final class Refusal extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient Answer answer;

    public Refusal(Answer answer) {
        this(answer, null);
    }

    public Refusal(Answer answer, @Nullable Throwable cause) {
        super("Answered with " + answer.status(), cause, false, false);
        this.answer = answer;
    }

    public Answer answer() {
        return answer;
    }
}
