package dev.mtdconnector.local.host;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.Optional;

/** The body of {@code POST /admin/functions/{name}}. */
final class AdminBody {

    private AdminBody() {}

    /** The text of {@code {"input": "..."}}; empty when the body is not of that form. */
    static Optional<String> input(byte[] body) {
        try {
            JsonNode input = JsonMapper.builder().build().readTree(body).path("input");
            return input.isTextual() ? Optional.of(input.asText()) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
