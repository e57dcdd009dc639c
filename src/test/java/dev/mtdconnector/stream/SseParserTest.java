package dev.mtdconnector.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mtdconnector.stream.SseParser.Frame;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SseParserTest {

    private static final String STREAM = """
            event:heartbeat
            data:{}

            : a comment

            id:01969f85
            event: events
            data:{"events":
            data: [{"a": "é연\uD83D\uDE00"}]}

            event:reconnect
            retry:1000

            unfinished: yes
            data:x
            """;

    private static final List<Frame> FRAMES = List.of(
            new Frame("heartbeat", "{}", null, null),
            new Frame("events", "{\"events\":\n[{\"a\": \"é연\uD83D\uDE00\"}]}", "01969f85", null),
            new Frame("reconnect", "", null, 1000L));

    private final List<Frame> frames = new ArrayList<>();

    private SseParser parser() {
        frames.clear();
        return new SseParser(frames::add);
    }

    private List<Frame> parse(String text) {
        parser().parse(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
        return List.copyOf(frames);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r\n", "\r"})
    void linesMayEndInThreeWaysAndBytesMayComeInAnyPieces(String end) {
        byte[] bytes = STREAM.replace("\n", end).getBytes(StandardCharsets.UTF_8);
        for (int cut = 0; cut <= bytes.length; cut++) {
            SseParser parser = parser();
            parser.parse(ByteBuffer.wrap(bytes, 0, cut));
            parser.parse(ByteBuffer.wrap(bytes, cut, bytes.length - cut));
            assertThat(frames).as("cut at %d", cut).isEqualTo(FRAMES);
        }
        SseParser parser = parser();
        for (byte one : bytes) {
            parser.parse(ByteBuffer.wrap(new byte[] {one}));
        }
        assertThat(frames).isEqualTo(FRAMES);
    }

    @Test
    void lineEndsMayBeMixedAndPiecesOfAnySize() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 200; round++) {
            StringBuilder mixed = new StringBuilder();
            // A CR and a LF beside each other would be one end, so of mixed ends none is CR before a bare LF.
            for (int i = 0; i < STREAM.length(); i++) {
                char c = STREAM.charAt(i);
                mixed.append(c != '\n' ? String.valueOf(c) : random.nextBoolean() ? "\r\n" : "\n");
            }
            byte[] bytes = mixed.toString().getBytes(StandardCharsets.UTF_8);
            SseParser parser = parser();
            for (int from = 0; from < bytes.length; ) {
                int length = Math.min(bytes.length - from, 1 + random.nextInt(9));
                parser.parse(ByteBuffer.wrap(bytes, from, length));
                from += length;
            }
            assertThat(frames).as("seed %d, round %d", seed, round).isEqualTo(FRAMES);
        }
    }

    @Test
    void aFrameIsThereAtTheCarriageReturnThatEndsIt() {
        assertThat(parse("data:1\r\r")).hasSize(1);
    }

    @Test
    void aByteOrderMarkStandsOnlyAtTheBeginning() {
        assertThat(parse("\ufeffdata:1\n\n\ufeffdata:2\n\n")).containsExactly(new Frame("", "1", null, null));
    }

    @Test
    void fieldsAreReadAsTheStandardHasThem() {
        assertThat(parse("data\ndata:\ndata:  two spaces\nnothing:1\nid\n\n"))
                .containsExactly(new Frame("", "\n\n two spaces", "", null));
        assertThat(parse("id:a\0b\nretry:1x\nretry:-1\nretry:99999999999999\ndata:x\n\n"))
                .containsExactly(new Frame("", "x", null, null));
        assertThat(parse("\n\n:\n\n: comment\n\n")).isEmpty();
        assertThat(parse("id:7\n\ndata:x\n\n"))
                .containsExactly(new Frame("", "", "7", null), new Frame("", "x", null, null));
    }

    @Test
    void bytesThatAreNoUtf8AreReplaced() {
        parser().parse(ByteBuffer.wrap(
                new byte[] {'d', 'a', 't', 'a', ':', (byte) 0xc3, '(', (byte) 0xff, '\n', '\n'}));
        assertThat(frames).containsExactly(new Frame("", "\ufffd(\ufffd", null, null));
    }

    @Test
    void aFrameThatNeverEndsIsGivenUpAtItsBound() {
        SseParser parser = parser();
        byte[] line = ("data:" + "x".repeat(1 << 20) + "\n").getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> {
                    for (int i = 0; i < 100; i++) {
                        parser.parse(ByteBuffer.wrap(line));
                    }
                })
                .isInstanceOf(SseParser.TooLargeException.class);
        assertThatThrownBy(() -> {
                    SseParser other = parser();
                    for (int i = 0; i < 100; i++) {
                        other.parse(ByteBuffer.wrap(new byte[1 << 20]));
                    }
                })
                .isInstanceOf(SseParser.TooLargeException.class);
        assertThat(frames).isEmpty();
    }
}
