package dev.mtdconnector.local.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.mtdconnector.local.story.StoryDocument.Keep;
import dev.mtdconnector.local.story.StoryDocument.Step;
import dev.mtdconnector.local.story.StoryDocument.Until;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class StoryDocumentTest {

    @Test
    void aBlockIsARequestWithHeadersBodyAndOptions() {
        StoryDocument document = StoryDocument.parse("""
                Text.

                ```http first 201 keep=a,b:c,Location:where until=d.e:f:g
                POST http://localhost:7071/x?y=z
                Authorization: Bearer ${key}
                Content-Type: application/json

                {
                  "k": 1
                }
                ```

                ```json
                {"not": "a request"}
                ```

                ```http second 200
                GET ${where}
                ```
                """);

        assertThat(document.steps()).extracting(Step::name).containsExactly("first", "second");
        Step first = document.step("first");
        assertThat(first.status()).isEqualTo(201);
        assertThat(first.keeps())
                .containsExactly(new Keep("a", "a"), new Keep("b", "c"), new Keep("Location", "where"));
        assertThat(first.until()).isEqualTo(new Until("d.e", "f:g"));
        assertThat(first.method() + " " + first.url()).isEqualTo("POST http://localhost:7071/x?y=z");
        assertThat(first.headers())
                .containsEntry("Authorization", "Bearer ${key}")
                .containsEntry("Content-Type", "application/json");
        assertThat(first.body()).isEqualTo("{\n  \"k\": 1\n}");
        assertThat(document.step("second").body()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "```http name\nGET http://x/\n```",
                "```http name 200\nnothing\n```",
                "```http name 200\n```",
                "```http name 200 colour=red\nGET http://x/\n```",
                "```http name 200\nGET http://x/\nno header\n```",
                "```http name 200\nGET http://x/\n```\n```http name 200\nGET http://x/\n```"
            })
    void aBlockThatIsNoRequestIsRefused(String page) {
        assertThatIllegalArgumentException().isThrownBy(() -> StoryDocument.parse(page));
    }

    @Test
    void everyVariableOfThePageIsKeptBeforeItIsUsed() {
        Set<String> known = new HashSet<>(Set.of("operatorKey"));
        for (Step step : StoryDocument.read(Path.of("docs/local-world.md")).steps()) {
            String text = step.url() + step.headers().values() + step.body();
            Pattern.compile("\\$\\{(\\w+)}")
                    .matcher(text)
                    .results()
                    .forEach(match -> assertThat(known).as(step.name()).contains(match.group(1)));
            step.keeps().forEach(keep -> known.add(keep.name()));
        }
        assertThat(known).hasSizeGreaterThan(5);
    }
}
