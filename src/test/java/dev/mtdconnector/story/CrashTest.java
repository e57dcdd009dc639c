package dev.mtdconnector.story;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mtdconnector.local.LocalOptions;
import dev.mtdconnector.local.LocalOptions.Storage;
import dev.mtdconnector.local.LocalWorld;
import dev.mtdconnector.local.story.StoryDocument;
import dev.mtdconnector.local.story.StoryRunner;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The story, with one outgoing call of the connector failing, for every call there is: storage, queues, Graph, sign-in,
 * Intune, mail. The people in it do what people do: whoever gets an error tries again. In the end everything is as if
 * nothing had happened.
 */
class CrashTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static Snapshot undisturbed;
    private static List<String> calls = List.of();

    @BeforeAll
    static void tellItUndisturbed() {
        CrashPlan plan = CrashPlan.undisturbed();
        undisturbed = tell(plan);
        calls = plan.calls();
    }

    @Test
    void theStoryMakesCallsOfEveryKind() {
        CrashPlan plan = CrashPlan.undisturbed();
        assertThat(tell(plan)).isEqualTo(undisturbed);
        assertThat(plan.calls())
                .anyMatch(call -> call.startsWith("Table.transact"))
                .anyMatch(call -> call.startsWith("Table.get"))
                .anyMatch(call -> call.startsWith("Table.query"))
                .anyMatch(call -> call.startsWith("JobQueues.send"))
                .anyMatch(call -> call.startsWith("Mailer.send"))
                .anyMatch(call -> call.contains("/oauth2/v2.0/token"))
                .anyMatch(call -> call.contains("/v1.0/groups"))
                .anyMatch(call -> call.contains("/intune/device"))
                .anyMatch(call -> call.contains("/discovery/v2.0/keys"));
        assertThat(undisturbed.toldStates()).containsExactly("activated", "secured", "highSeverity", "secured");
    }

    @ParameterizedTest
    @EnumSource(CrashPlan.Kind.class)
    void whateverCallFailsTheEndIsTheSame(CrashPlan.Kind kind) {
        List<String> differences = IntStream.range(0, calls.size())
                .filter(call -> kind != CrashPlan.Kind.DIES_AFTER || hasEffect(calls.get(call)))
                .parallel()
                .mapToObj(call -> difference(CrashPlan.at(call, kind), kind + " at call " + call))
                .flatMap(Optional::stream)
                .toList();
        assertThat(differences)
                .as("%d of %d calls", differences.size(), calls.size())
                .isEmpty();
    }

    /** Dying before a call that only reads is the same as dying after it. */
    private static boolean hasEffect(String call) {
        return !call.startsWith("Table.get") && !call.startsWith("Table.query") && !call.startsWith("GET ");
    }

    /** What is otherwise than in the undisturbed story; empty when nothing is. */
    private static Optional<String> difference(CrashPlan plan, String where) {
        try {
            Snapshot end = tell(plan);
            if (!plan.hasStruck()) {
                return Optional.of(where + " was not reached");
            }
            return end.withoutCounts().equals(undisturbed.withoutCounts())
                    ? Optional.empty()
                    : Optional.of(where + " (" + plan.fatalCall() + "): " + end);
        } catch (AssertionError | RuntimeException e) {
            return Optional.of(where + " (" + plan.fatalCall() + "): " + e);
        }
    }

    /** A dead connector is not waited for. */
    private static void step(LocalWorld world, CrashPlan plan) throws InterruptedException {
        world.step();
        if (plan.isDead()) {
            throw new IllegalStateException("The process is dead");
        }
    }

    private static Snapshot tell(CrashPlan plan) {
        LocalOptions options = LocalOptions.forTest(Storage.MEMORY).withEdges(plan::over);
        try (LocalWorld world = LocalWorld.start(options)) {
            world.simulator().contoso().parts().traffic().observe(plan::onRequest);
            StoryRunner story = new StoryRunner(
                    StoryDocument.read(Path.of("docs/local-world.md")),
                    world.connector(),
                    world.contoso(),
                    Map.of("operatorKey", String.valueOf(world.settings().get("MTD_OPERATOR_KEY"))),
                    () -> step(world, plan),
                    PATIENCE);
            new Telling(world, story, plan).tell();
            plan.end();
            return Snapshot.of(world, story);
        }
    }
}
