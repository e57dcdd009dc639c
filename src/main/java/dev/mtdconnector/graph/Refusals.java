package dev.mtdconnector.graph;

import dev.mtdconnector.common.UpstreamException;

/** Why one object was not taken, in words that an administrator can act on. */
final class Refusals {

    private Refusals() {}

    static String inWords(UpstreamException failure) {
        return switch (failure.kind()) {
            case NOT_FOUND -> "The directory has no such object any more";
            case FORBIDDEN ->
                "The directory protects the object from the connector, as with a restricted management"
                        + " administrative unit";
            default -> "Microsoft Graph refuses it: " + failure.getMessage();
        };
    }
}
