package dev.mtdconnector.apps;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mtdconnector.apps.DeniedApp.Match;
import dev.mtdconnector.testing.TestApp;
import dev.mtdconnector.threat.AppNames;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DenyListTest {

    private static final Instant AT = Instant.parse("2026-11-21T09:00:00Z");

    private static DeniedApp entry(String name, Match match, @Nullable String publisher) {
        return new DeniedApp(name, match, publisher, "reason", "user:1", AT);
    }

    @ParameterizedTest
    @CsvSource({
        "Free Torch, free torch, true",
        "Free Torch, ＦＲＥＥ　ＴＯＲＣＨ, true",
        "ﾄｰﾁ, トーチ, true",
        "Straße, STRASSE, true",
        "Café, Cafe\u0301, true",
        "Free Torch, Free Torch Pro, false",
        "Free Torch, FreeTorch, false"
    })
    void namesAreComparedWithoutCaseAndWidth(String denied, String found, boolean isDenied) {
        DenyList list = new DenyList(List.of(entry(denied, Match.EXACT, null)));
        assertThat(list.denying(found, "Anybody").isPresent()).isEqualTo(isDenied);
    }

    @Test
    void aPrefixDeniesWhatBeginsWithItAndAPublisherNarrowsIt() {
        DenyList list = new DenyList(List.of(entry("vpn ", Match.PREFIX, "Example Ltd")));
        assertThat(list.denying("VPN Free", "EXAMPLE LTD")).isPresent();
        assertThat(list.denying("VPN Free", "Somebody")).isEmpty();
        assertThat(list.denying("VPN Free", null)).isEmpty();
        assertThat(list.denying("My VPN", "Example Ltd")).isEmpty();
    }

    @Test
    void whichEntryDecidesDoesNotDependOnTheirOrder() {
        List<DeniedApp> entries = new ArrayList<>(List.of(
                entry("Torch", Match.EXACT, null),
                entry("Torch", Match.EXACT, "Example"),
                entry("Tor", Match.PREFIX, null),
                entry("Torc", Match.PREFIX, null),
                entry("Torc", Match.PREFIX, "Example")));
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 50; i++) {
            Collections.shuffle(entries, random);
            DenyList list = new DenyList(entries);
            assertThat(list.denying("torch", "example").orElseThrow().publisher())
                    .as("seed %d", seed)
                    .isEqualTo("Example");
            assertThat(list.denying("torch", null).orElseThrow().match())
                    .as("seed %d", seed)
                    .isEqualTo(Match.EXACT);
            assertThat(list.denying("torches", null).orElseThrow().name())
                    .as("seed %d", seed)
                    .isEqualTo("Torc");
            assertThat(list.denying("Tor Browser", "x").orElseThrow().name())
                    .as("seed %d", seed)
                    .isEqualTo("Tor");
        }
    }

    /** A small sigma is written otherwise at the end of a word, and where a prefix ends a word need not. */
    @Test
    void aLetterIsTheSameAtTheEndOfAWord() {
        assertThat(AppNames.folded("\u039f\u03a3\u0391")).startsWith(AppNames.folded("\u039f\u03a3"));
        assertThat(AppNames.folded("\u03bf\u03c2")).isEqualTo(AppNames.folded("\u039f\u03c3"));
    }

    @Test
    void foldingTwiceIsFoldingOnceOfEveryLetter() {
        IntStream.rangeClosed(1, Character.MAX_CODE_POINT)
                .filter(letter -> letter < Character.MIN_SURROGATE || letter > Character.MAX_SURROGATE)
                .forEach(letter -> {
                    String once = AppNames.folded("a" + Character.toString(letter) + "b");
                    assertThat(AppNames.folded(once)).isEqualTo(once);
                });
    }

    @Test
    void foldingTwiceIsFoldingOnce() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 2000; i++) {
            String name = IntStream.range(0, 8)
                    .mapToObj(c -> {
                        int point = random.nextInt(0x11000);
                        return Character.isSurrogate((char) point) ? "x" : new String(Character.toChars(point));
                    })
                    .collect(Collectors.joining());
            String once = AppNames.folded(name);
            assertThat(AppNames.folded(once)).as("seed %d: %s", seed, name).isEqualTo(once);
        }
    }

    @Test
    void theListIsReplacedAsAWholeAndKeepsWhoPutAnEntryThere() {
        TestApp app = new TestApp().ready();
        app.post("/api/v1/denied-apps", "{\"name\": \"Torch\", \"reason\": \"x\"}")
                .expect(201);
        String first = app.get("/api/v1/denied-apps").text("/deniedApps/0/at");
        app.clock.advance(Duration.ofHours(1));
        var answer = app.put(
                        "/api/v1/denied-apps",
                        "{\"deniedApps\": [{\"name\": \"TORCH\", \"reason\": \"x\"},"
                                + " {\"name\": \"VPN\", \"match\": \"prefix\", \"reason\": \"y\"}]}")
                .expect(200);
        assertThat(answer.json().path("deniedApps")).hasSize(2);
        assertThat(answer.text("/deniedApps/0/at")).isEqualTo(first);
        app.put("/api/v1/denied-apps", "{\"deniedApps\": []}").expect(200);
        assertThat(app.get("/api/v1/denied-apps").json().path("deniedApps")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "{\"deniedApps\": [{\"name\": \"A\"}]}; deniedApps[0].reason",
                "{\"deniedApps\": [{\"name\": \"A\", \"reason\": \"x\"}, {\"reason\": \"x\"}]}; deniedApps[1].name",
                "{\"deniedApps\": [{\"name\": \"ab\", \"match\": \"prefix\", \"reason\": \"x\"}]}; deniedApps[0].name",
                "{\"deniedApps\": [{\"name\": \"a\", \"match\": \"like\", \"reason\": \"x\"}]}; deniedApps[0].match",
                "{\"deniedApps\": [7]}; deniedApps[0]",
                "{\"deniedApps\": [{\"name\": \"a\", \"reason\": \"x\", \"id\": \"1\"}]}; deniedApps[0].id",
                "{}; deniedApps"
            })
    void whatIsWrongIsNamedAndNothingIsWritten(String body, String field) {
        TestApp app = new TestApp().ready();
        assertThat(app.put("/api/v1/denied-apps", body).expect(400).text("/errors/0/field"))
                .isEqualTo(field);
        assertThat(app.get("/api/v1/denied-apps").json().path("deniedApps")).isEmpty();
    }

    @Test
    void theListIsBounded() {
        TestApp app = new TestApp().ready();
        String entries = IntStream.range(0, DenyList.MOST)
                .mapToObj(i -> "{\"name\": \"App " + i + "\", \"reason\": \"x\"}")
                .collect(Collectors.joining(","));
        app.put("/api/v1/denied-apps", "{\"deniedApps\": [" + entries + "]}").expect(200);
        String more = "{\"name\": \"One more\", \"reason\": \"x\"}";
        assertThat(app.post("/api/v1/denied-apps", more).expect(409).code()).isEqualTo("apps.full");
        app.put("/api/v1/denied-apps", "{\"deniedApps\": [" + entries + "," + more + "]}")
                .expect(400);
    }
}
