package dev.mtdconnector.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.mtdconnector.common.AppException;
import java.lang.management.ManagementFactory;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventBodyTest {

    @Test
    void eachEventIsCutOutAsItWasSent() {
        String event = "{ \"a\":[1, {\"b\" : \"]}\\\"\ud83d\ude00\"}] }";
        assertThat(EventBody.split(" [ " + event + " ,7, \"x\" , null,-1.5e3,[], true]"))
                .isEqualTo(List.of(event, "7", "\"x\"", "null", "-1.5e3", "[]", "true"));
        assertThat(EventBody.split("{\"count\": 1, \"events\" : [" + event + "], \"links\": [{}]}"))
                .isEqualTo(List.of(event));
        assertThat(EventBody.split("\n" + event + " ")).isEqualTo(List.of(event));
        assertThat(EventBody.split("{\"events\": []}")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "[",
                "[1",
                "{\"events\": [1}",
                "[1] 2",
                "{} {}",
                "[NaN]",
                "{\"a\": 1, \"a\": 2}",
                "'x'",
                "\ufeff[]"
            })
    void whatIsNotJsonIsRefused(String body) {
        assertThatThrownBy(() -> EventBody.split(body)).isInstanceOf(AppException.class);
    }

    @Test
    void aNameThatStandsTwiceIsNamed() {
        assertThatThrownBy(() -> EventBody.split("{\"events\": [], \"events\": []}"))
                .isInstanceOfSatisfying(
                        AppException.class,
                        e -> assertThat(e.errors().get(0).field()).isEqualTo("events"));
    }

    /** Half a million elements are what fits into the largest body. */
    @ParameterizedTest
    @ValueSource(strings = {"1,", "{},", "[],", "\"\","})
    void anArrayOfHundredsOfThousandsIsRefusedWithoutBeingBuilt(String element) {
        String body = "[" + element.repeat(1024 * 1024 / element.length()) + "1]";
        assertThatThrownBy(() -> EventBody.split(body)).isInstanceOf(AppException.class);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        assertThatThrownBy(() -> EventBody.split(body)).isInstanceOf(AppException.class);
        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(3_000_000);
    }

    @Test
    void whatIsDeepOrLongIsNotBuiltEither() {
        assertThatThrownBy(() -> EventBody.split("[".repeat(100_000))).isInstanceOf(AppException.class);
        List<String> events = EventBody.split("[{\"a\": [" + "{},".repeat(60_000) + "{}]}]");
        assertThat(EventBody.tree(events.get(0))).isNull();
    }
}
