package dev.mtdconnector.story;

import static dev.mtdconnector.testing.TestApp.LENA;
import static dev.mtdconnector.testing.TestApp.PHONE;
import static dev.mtdconnector.testing.TestApp.TENANT;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mtdconnector.device.ConfigurationFlag;
import dev.mtdconnector.local.story.StoryDocument;
import dev.mtdconnector.testing.GoldenFile;
import dev.mtdconnector.testing.TestApp;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What docs/agent-api.md says is what the product answers. */
class AgentApiDocumentTest {

    private static final Path PAGE = Path.of("docs", "agent-api.md");
    private static final Pattern ANSWER = Pattern.compile("(?s)```json (\\S+)\n(.*?)```");

    private final TestApp app = new TestApp().ready();
    private final Map<String, String> values = new HashMap<>();

    @Test
    void everyRequestIsAnsweredAsThePageSays() throws IOException {
        Map<String, String> answers = new HashMap<>();
        Matcher block = ANSWER.matcher(Files.readString(PAGE));
        while (block.find()) {
            answers.put(block.group(1), block.group(2));
        }
        values.put("agentToken", app.entra.token(TENANT, LENA));
        values.put("apiKey", app.apiKey());
        for (StoryDocument.Step step : StoryDocument.read(PAGE).steps()) {
            JsonNode answer = send(step).expect(step.status()).json();
            step.keeps()
                    .forEach(keep ->
                            values.put(keep.name(), answer.path(keep.source()).asText()));
            if (step.name().equals("device-actions")) {
                app.intune.expectAgain(PHONE);
            }
            if (step.name().equals("threats")) {
                values.put("threat", answer.at("/reported/0").asText());
            }
            String expected = answers.remove(step.name());
            if (expected != null) {
                assertThat(shape(answer)).as(step.name()).isEqualTo(shape(new ObjectMapper().readTree(expected)));
            }
            app.drain();
        }
        assertThat(answers).as("answers without a request").isEmpty();
        assertThat(app.device(PHONE)).isEqualTo("high");
    }

    private TestApp.Answer send(StoryDocument.Step step) {
        String body = filled(step.body());
        Map<String, String> headers = new HashMap<>();
        step.headers().forEach((name, value) -> headers.put(name, filled(value)));
        if (!body.isEmpty()) {
            headers.put("Content-Length", "" + body.getBytes(StandardCharsets.UTF_8).length);
        }
        return app.sendWith(step.method(), filled(step.url()).replace("http://localhost:7071", ""), headers, body);
    }

    private String filled(String text) {
        String filled = text;
        for (Map.Entry<String, String> value : values.entrySet()) {
            filled = filled.replace("${" + value.getKey() + "}", value.getValue());
        }
        return filled;
    }

    /** The names in it, in no order; values differ from run to run. */
    private static String shape(JsonNode node) {
        if (node.isArray()) {
            return node.isEmpty() ? "[]" : "[" + shape(node.get(0)) + "]";
        }
        TreeSet<String> names = new TreeSet<>();
        node.fields()
                .forEachRemaining(field -> names.add(
                        field.getKey() + (field.getValue().isContainerNode() ? shape(field.getValue()) : "")));
        return names.toString();
    }

    @Test
    void everySettingThatAnAgentMayNameIsListed() {
        GoldenFile.section(PAGE, "flags")
                .matches("\n| Setting | Is a threat while it is | Classification |\n|---|---|---|\n"
                        + Arrays.stream(ConfigurationFlag.values())
                                .map(flag -> "| `%s` | %s | %s |\n"
                                        .formatted(
                                                flag.label(),
                                                flag.isWrong(true),
                                                flag.classification().name()))
                                .collect(Collectors.joining())
                        + "\n");
    }
}
