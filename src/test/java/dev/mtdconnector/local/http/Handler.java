package dev.mtdconnector.local.http;

/** Answers one kind of request. An exception other than {@link Refusal} becomes a 500 and is logged. */
@FunctionalInterface
public interface Handler {

    Answer handle(Request request) throws Exception;
}
