package dev.mtdconnector.intune;

import static dev.mtdconnector.intune.PublishWorld.TENANT;
import static dev.mtdconnector.intune.PublishWorld.id;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mtdconnector.connector.ConnectorStore.Beats;
import dev.mtdconnector.connector.PublishTarget;
import dev.mtdconnector.connector.Publishing;
import dev.mtdconnector.connector.Publishing.Mode;
import dev.mtdconnector.intune.IntunePublisher.Progress;
import dev.mtdconnector.testing.Faults;
import dev.mtdconnector.testing.Pick;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whatever happens in whatever order, and wherever the process ends: each place ends with what it is to have. */
class PublishModelTest {

    private static final PublishTarget ATTRIBUTE = PublishTarget.attribute(7);
    private static final int DEVICES = 8;

    private final String[] expected = new String[DEVICES];

    /** After the grace period, and with everything that is held approved. */
    private void assertQuiet(PublishWorld world, String as) {
        world.settle();
        world.pass(Duration.ofMinutes(4));
        for (int set = 0; set < 5 && world.books().held() > 0; set++) {
            Books books = world.books();
            world.outbox.save(TENANT, books.approving(world.outbox.heldSets(TENANT)));
            world.settle();
        }
        Publishing publishing = world.connectors.find(TENANT).orElseThrow().publishing();
        for (int i = 0; i < DEVICES; i++) {
            for (PublishTarget target : List.of(PublishTarget.PARTNER, ATTRIBUTE)) {
                String held = world.place(target).state(i);
                if (publishing.mode() == Mode.PUBLISH && target.equals(publishing.target())) {
                    assertThat(held).as(as).isEqualTo(expected[i]);
                } else if (publishing.mode() != Mode.OBSERVE && held != null) {
                    assertThat(held).as(as).isEqualTo("deactivated");
                }
            }
        }
        assertThat(world.outbox.messages(TENANT)).as(as).isEmpty();
        assertThat(world.outbox.marked(TENANT, world.clock.instant(), 100))
                .as(as)
                .isZero();
        assertThat(world.books().held()).as(as).isZero();
        if (publishing.mode() != Mode.OBSERVE) {
            assertThat(world.books().told()).as(as).isEqualTo(publishing.mode() == Mode.RELEASE ? 0 : DEVICES);
        }
    }

    private PublishWorld world() {
        PublishWorld world = new PublishWorld().withDevices(DEVICES);
        Arrays.fill(expected, "secured");
        return world;
    }

    private void infect(PublishWorld world, int device, String classification) {
        world.infect(device, classification);
        expected[device] = classification.equals("ADWARE") ? "lowSeverity" : "highSeverity";
    }

    @Test
    void randomSequencesEndAsThePlainModel() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 40; round++) {
            PublishWorld world = world();
            for (int step = 0; step < 40; step++) {
                int device = random.nextInt(DEVICES);
                switch (random.nextInt(12)) {
                    case 0, 1 -> infect(world, device, "TROJAN");
                    case 2 -> infect(world, device, "ADWARE");
                    case 3, 4 -> {
                        world.heal(device);
                        expected[device] = "secured";
                    }
                    case 5 -> world.run();
                    case 6 -> world.pass(Duration.ofMinutes(1));
                    case 7 ->
                        world.publishing(
                                Pick.of(random, Mode.values()), random.nextInt(2) * 3, random.nextBoolean() ? 100 : 20);
                    case 8 ->
                        world.publishing(
                                before -> before.with(random.nextBoolean() ? ATTRIBUTE : PublishTarget.PARTNER));
                    case 9 -> world.partner().end = random.nextBoolean() ? Progress.FAILED : Progress.COMPLETED;
                    case 10 -> {
                        Books books = world.books();
                        world.outbox.save(TENANT, books.approving(world.outbox.heldSets(TENANT)));
                    }
                    default -> world.settle();
                }
            }
            world.partner().end = Progress.COMPLETED;
            world.pass(Duration.ofMinutes(140));
            for (int i = 0; i < DEVICES; i++) {
                if (world.device(i).told().isGivenUp()) {
                    world.outbox.mark(TENANT, id(i));
                }
            }
            String as = "seed " + seed + " round " + round;
            assertQuiet(world, as);
            world.publishing(before -> before.with(Mode.PUBLISH));
            assertQuiet(world, as);
        }
    }

    private void story(PublishWorld world) {
        world.publishing(Mode.PUBLISH, 3, 20);
        for (int i = 0; i < 7; i++) {
            infect(world, i, "TROJAN");
        }
        world.settle();
        world.clock.advance(Duration.ofMinutes(3));
        world.settle();
        Books books = world.books();
        world.outbox.save(TENANT, books.approving(world.outbox.heldSets(TENANT)));
        world.settle();
        world.heal(0);
        expected[0] = "secured";
        world.settle();
        world.publishing(before -> before.with(ATTRIBUTE));
        world.settle();
        world.publishing(before -> before.with(Mode.RELEASE));
        world.settle();
        world.publishing(before -> before.with(Mode.PUBLISH).with(PublishTarget.PARTNER));
        world.settle();
    }

    @Test
    void aProcessThatEndsAtAnyCallLeavesWhatTheNextOneFinishes() {
        int calls = 0;
        for (boolean after : new boolean[] {false, true}) {
            boolean died = true;
            for (int call = 1; died; call += 3) {
                PublishWorld world = world();
                world.faults.dieAt(call, after);
                died = false;
                try {
                    story(world);
                } catch (Faults.Death e) {
                    died = true;
                }
                world.faults.never();
                // What was stored counts, whether or not anybody was answered.
                for (int i = 0; i < DEVICES; i++) {
                    expected[i] = world.device(i).openThreats().isEmpty() ? "secured" : "highSeverity";
                }
                world.reassess();
                assertQuiet(world, "call " + call + ", " + after);
                calls = Math.max(calls, call);
            }
        }
        assertThat(calls).isGreaterThan(300);
    }

    @Test
    void aResyncTellsEveryDeviceOnceForEachTimeThatIntuneAsks() {
        PublishWorld world = world();
        infect(world, 0, "TROJAN");
        world.settle();
        int told = world.partner().told();
        world.partner().isAgainAllowed = true;
        world.connectors.saveBeats(TENANT, new Beats(PublishWorld.START, PublishWorld.START, PublishWorld.START));
        world.settle();
        assertThat(world.partner().told()).isEqualTo(told + DEVICES);
        world.settle();
        assertThat(world.partner().told()).isEqualTo(told + DEVICES);
        world.partner().isAgainAllowed = false;
        assertQuiet(world, "resync");
    }

    @Test
    void aResyncThatIsCutOffGoesOnWhereItWas() {
        boolean died = true;
        for (int call = 1; died; call++) {
            PublishWorld world = world();
            int told = world.partner().told();
            world.partner().isAgainAllowed = true;
            world.connectors.saveBeats(TENANT, new Beats(PublishWorld.START, PublishWorld.START, PublishWorld.START));
            world.faults.dieAt(call, call % 2 == 0);
            died = false;
            try {
                world.settle();
            } catch (Faults.Death e) {
                died = true;
            }
            world.faults.never();
            world.settle();
            assertThat(world.partner().told()).as("call %d", call).isEqualTo(told + DEVICES);
        }
    }

    @Test
    void whatIsHeldOrWaitsIsToldAsItIsKnownWhenIntuneAsks() {
        PublishWorld world = world();
        world.publishing(Mode.PUBLISH, 3, 20);
        infect(world, 0, "TROJAN");
        world.settle();
        world.partner().isAgainAllowed = true;
        world.connectors.saveBeats(TENANT, new Beats(PublishWorld.START, PublishWorld.START, PublishWorld.START));
        world.settle();
        assertThat(world.partner().history(0)).containsExactly("secured", "secured");
        world.pass(Duration.ofMinutes(4));
        assertThat(world.partner().history(0)).containsExactly("secured", "secured", "highSeverity");
    }

    @Test
    void aMessageThatIntuneFailsOnLaterIsToldAgain() {
        PublishWorld world = world();
        String message = world.partner().messageIds().get(0).toString();
        world.partner().isAgainAllowed = true;
        assertThat(world.delivery.returned(TENANT, message, "TenantNotFound")).isEqualTo(DEVICES);
        assertThat(world.delivery.returned(TENANT, message, "TenantNotFound")).isZero();
        assertThat(world.delivery.returned(TENANT, "unknown", "TenantNotFound")).isZero();
        world.pass(Duration.ofMinutes(2));
        assertThat(world.partner().told()).isEqualTo(2 * DEVICES);
        assertThat(world.device(0).told().confirmedAt()).isNotNull();
    }

    @Test
    void aDeviceThatTheDirectoryDeletedIsForgottenAndNobodyIsTroubledByIt() {
        PublishWorld world = world();
        world.partner().unknown.add(id(3));
        world.deleted.add(id(3));
        for (int i = 0; i < 5; i++) {
            infect(world, i, "TROJAN");
        }

        world.settle();

        assertThat(world.device(3).told().isStanding()).isFalse();
        assertThat(world.devices.trace(TENANT, id(3), 10))
                .anySatisfy(line -> assertThat(line.details())
                        .containsEntry("what", "device-deleted")
                        .containsEntry("reason", "InvalidEntity"));
        assertThat(world.partner().state(4)).isEqualTo("highSeverity");
        assertThat(world.device(4).told().isOnItsWay()).isFalse();
        assertThat(world.books().told()).isEqualTo(DEVICES - 1);
        assertThat(world.outbox.failed(TENANT, null, 10)).isEmpty();
        assertThat(world.errorTable.list(TENANT, 10)).isEmpty();
    }

    @Test
    void aDeviceThatIsRefusedHoldsUpNobodyAndIsGivenUpAndSentAgainWhenAsked() {
        PublishWorld world = world();
        world.partner().refused.add(id(3));
        for (int i = 0; i < 5; i++) {
            infect(world, i, "TROJAN");
        }
        world.settle();
        assertThat(world.partner().state(4)).isEqualTo("highSeverity");
        world.pass(Duration.ofMinutes(140));
        assertThat(world.outbox.failed(TENANT, null, 10))
                .extracting(Outbox.Kept::deviceId)
                .containsExactly(id(3));
        assertThat(world.errorTable.list(TENANT, 10))
                .extracting(one -> one.code())
                .contains("publishing.device-refused");
        int messages = world.partner().messages();
        world.pass(Duration.ofMinutes(60));
        assertThat(world.partner().messages()).isEqualTo(messages);

        world.partner().refused.clear();
        world.outbox.mark(TENANT, id(3));
        world.settle();
        assertThat(world.partner().state(3)).isEqualTo("highSeverity");
        assertThat(world.books().failed()).isZero();
    }
}
