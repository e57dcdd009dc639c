package dev.mtdconnector.feed;

/** An answer of the feed that cannot be taken: too large, no JSON, or one that leads nowhere. Nothing of it was taken. */
public final class UnreadablePageException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /**
     * @param reason in our words: nothing of the answer
     */
    public UnreadablePageException(String reason) {
        super(reason);
    }
}
