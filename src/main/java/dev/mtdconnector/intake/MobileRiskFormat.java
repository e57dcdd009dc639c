package dev.mtdconnector.intake;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/**
 * Lookout's Mobile Risk API, both versions: {@code {"events": [...]}} with whatever beside it, a bare array, or one event.
 * These are the words that the intake reads, so nothing is translated here.
 */
public final class MobileRiskFormat implements FeedFormat {

    public static final MobileRiskFormat INSTANCE = new MobileRiskFormat();

    private MobileRiskFormat() {}

    @Override
    public List<String> split(String body) {
        return EventBody.split(body);
    }

    @Override
    public Said said(JsonNode event) {
        return new Said(List.of(event), List.of());
    }
}
