package dev.mtdconnector.device;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mtdconnector.common.AppException;
import dev.mtdconnector.device.DeviceActions.Action;
import dev.mtdconnector.enrollment.DeviceRegister;
import dev.mtdconnector.schedule.Schedule;
import dev.mtdconnector.signin.Caller;
import dev.mtdconnector.signin.Secrets;
import dev.mtdconnector.storage.CredentialTable;
import dev.mtdconnector.storage.DeviceTable;
import dev.mtdconnector.storage.JobTable;
import dev.mtdconnector.storage.UnsupportedTable;
import dev.mtdconnector.testing.MemoryQueues;
import dev.mtdconnector.testing.MemoryTables;
import dev.mtdconnector.testing.SettableClock;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Whatever happens to a device in whatever order, it ends where a plain model of its life says. */
class LifeCycleTest {

    private String tenant = "11111111-1111-4111-8111-111111111111";
    private static final String USER = "22222222-2222-4222-8222-222222222222";
    private static final String PHONE = "33333333-3333-4333-8333-333333333333";
    private static final Device.DirectoryFacts FACTS =
            new Device.DirectoryFacts(PHONE, "object", "Phone", Platform.IOS, "18", null, true, USER, null);

    private final SettableClock clock = new SettableClock(Instant.parse("2026-01-01T00:00:00Z"));
    private final MemoryTables tables = new MemoryTables();
    private final DeviceTable devices = new DeviceTable(tables, clock);
    private final CredentialTable credentialTable = new CredentialTable(tables);
    private final Schedule schedule = new Schedule(new JobTable(tables), new MemoryQueues(clock), clock);
    private final Credentials credentials = new Credentials(credentialTable, new Secrets(new SecureRandom()), clock);
    private final OwnerQuestion owners = new OwnerQuestion((asked, device) -> device, schedule);
    private final DeviceActivation activation = new DeviceActivation(
            devices, new UnsupportedTable(tables), credentials, owners, new NoLatecomers(), schedule, clock);
    private final AgentReports reports = new AgentReports(devices, credentials, owners, schedule, clock);
    private final DeviceActions actions = new DeviceActions(devices, credentials, schedule, clock);
    private final SweepJob sweep = sweep(devices.watch());

    private SweepJob sweep(Watch watch) {
        return new SweepJob(watch, devices, devices.traceAge(), Duration.ofDays(90), schedule, clock);
    }

    private record NoLatecomers() implements Latecomers {
        @Override
        public boolean areAny(String tenantId) {
            return false;
        }

        @Override
        public boolean release(String tenantId, String deviceId) {
            return false;
        }
    }

    /** What a device is, in as few words as possible. */
    private static final class Model {
        private boolean isInScope = true;
        private Device.Activation activation = Device.Activation.PENDING;
        private @Nullable Instant heardAt;
        private boolean isHealthy;
        private boolean isDisconnected;
        private boolean hasCredential;
        private int days = 30;

        private String word() {
            boolean isActive = activation == Device.Activation.ACTIVATED;
            return isInScope + " " + activation + " " + heardAt + " " + (isActive && isHealthy) + " "
                    + (isActive && isDisconnected) + " " + hasCredential;
        }

        private void leaves(Device.Activation next) {
            activation = next;
            isHealthy = false;
            isDisconnected = false;
        }
    }

    private String word() {
        Device device = devices.find(tenant, PHONE).orElseThrow();
        return device.isInScope() + " " + device.activation() + " "
                + device.agent().lastCheckInAt() + " " + (device.healthAt() != null) + " "
                + device.isDisconnected() + " "
                + credentialTable.find(tenant, PHONE).isPresent();
    }

    private void step(int what, Model model, Random random) {
        Instant now = clock.instant();
        switch (what) {
            case 0 -> activate(model, now);
            case 1, 2 -> {
                if (model.hasCredential) {
                    reports.checkIn(
                            new Caller.DeviceAgent(tenant, PHONE),
                            new CheckIn("1." + random.nextInt(2), null, null, Map.of()));
                    model.heardAt = now;
                    model.isDisconnected = false;
                    model.isHealthy |= model.activation == Device.Activation.ACTIVATED;
                }
            }
            case 3 -> {
                actions.act(tenant, List.of(PHONE), Action.DEACTIVATE, "key:1");
                if (model.activation != Device.Activation.DEACTIVATED) {
                    model.leaves(Device.Activation.DEACTIVATED);
                }
            }
            case 4 -> {
                actions.act(tenant, List.of(PHONE), Action.DELETE, "key:1");
                model.hasCredential = false;
                if (model.isInScope) {
                    model.leaves(Device.Activation.PENDING);
                    model.heardAt = null;
                }
            }
            case 5 -> {
                writing().leave(List.of(PHONE), false);
                model.isInScope = false;
            }
            case 6 -> {
                writing().enroll(List.of(FACTS), false);
                model.isInScope = true;
            }
            case 7 -> {
                model.days = 1 + random.nextInt(90);
                devices.watch().saveDisconnectedAfterDays(tenant, model.days);
            }
            default -> {
                sweep.run(tenant, () -> {});
                Instant heard = model.heardAt;
                if (model.isInScope && model.activation == Device.Activation.ACTIVATED && heard != null) {
                    model.isDisconnected = !now.isBefore(heard.plus(Duration.ofDays(model.days)));
                }
            }
        }
    }

    private void activate(Model model, Instant now) {
        try {
            activation.activate(new Caller.EntraUser(tenant, USER), PHONE, null);
            assertThat(model.isInScope).isTrue();
            if (model.activation != Device.Activation.ACTIVATED) {
                model.leaves(Device.Activation.ACTIVATED);
            }
            model.isDisconnected = false;
            model.heardAt = now;
            model.hasCredential = true;
        } catch (AppException e) {
            assertThat(model.isInScope).isFalse();
            assertThat(e.code().code()).isEqualTo("device.out-of-scope");
        }
    }

    private DeviceRegister.Writing writing() {
        return devices.open(tenant, false);
    }

    private List<Watch.Sighting> sightings() {
        Instant future = clock.instant().plus(Duration.ofDays(400));
        return Stream.concat(
                        devices.watch().silent(tenant, future, 100, null).stream(),
                        devices.watch().disconnected(tenant, Instant.EPOCH, 100, null).stream())
                .map(Watch.Note::sighting)
                .toList();
    }

    @Test
    void anySequenceEndsWhereTheModelDoes() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 60; round++) {
            Model model = new Model();
            tenant = new UUID(random.nextLong(), random.nextLong()).toString();
            writing().enroll(List.of(FACTS), true);
            List<Integer> steps = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                // At least as long as a check-in is not noted again.
                clock.advance(CheckIn.EXACTNESS.multipliedBy(1L + random.nextInt(24 * 20)));
                int what = random.nextInt(10);
                steps.add(what);
                step(what, model, random);
                String life = "seed %d, round %d, steps %s".formatted(seed, round, steps);
                assertThat(word()).as(life).isEqualTo(model.word());
                Watch.Sighting.of(devices.find(tenant, PHONE).orElseThrow())
                        .ifPresent(expected -> assertThat(sightings()).as(life).contains(expected));
            }
            clock.advance(Duration.ofDays(100));
            sweep.run(tenant, () -> {});
            assertThat(sightings())
                    .as("seed %d, round %d: what leads nowhere was dropped", seed, round)
                    .hasSizeLessThanOrEqualTo(1);
        }
    }

    @Test
    void aSweepReadsWhatBecomesDisconnectedNotWhatExists() {
        writing().enroll(List.of(FACTS), true);
        activation.activate(new Caller.EntraUser(tenant, USER), PHONE, null);
        List<Device.DirectoryFacts> many = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            many.add(new Device.DirectoryFacts(
                    "%08d-0000-4000-8000-000000000000".formatted(i),
                    "o" + i,
                    null,
                    Platform.IOS,
                    null,
                    null,
                    null,
                    USER,
                    null));
        }
        writing().enroll(many, true);
        clock.advance(Duration.ofDays(25));
        many.forEach(facts -> activation.activate(new Caller.EntraUser(tenant, USER), facts.deviceId(), null));
        clock.advance(Duration.ofDays(6));
        List<String> looked = new ArrayList<>();
        Watch counting = new CountingWatch(devices.watch(), looked);
        sweep(counting).run(tenant, () -> {});
        assertThat(looked).containsExactly(PHONE);
        assertThat(devices.find(tenant, PHONE).orElseThrow().isDisconnected()).isTrue();
        looked.clear();
        clock.advance(Duration.ofDays(1));
        sweep(counting).run(tenant, () -> {});
        assertThat(looked).isEmpty();
    }

    /** Notes what a sweep is given to look at. */
    private record CountingWatch(Watch watch, List<String> looked) implements Watch {
        @Override
        public List<Note> silent(String tenantId, Instant until, int limit, @Nullable Sighting after) {
            return noted(watch.silent(tenantId, until, limit, after));
        }

        @Override
        public List<Note> disconnected(String tenantId, Instant since, int limit, @Nullable Sighting after) {
            return noted(watch.disconnected(tenantId, since, limit, after));
        }

        private List<Note> noted(List<Note> notes) {
            notes.forEach(note -> looked.add(note.sighting().deviceId()));
            return notes;
        }

        @Override
        public void drop(String tenantId, Note note) {
            watch.drop(tenantId, note);
        }

        @Override
        public int disconnectedAfterDays(String tenantId) {
            return watch.disconnectedAfterDays(tenantId);
        }

        @Override
        public void saveDisconnectedAfterDays(String tenantId, int days) {
            watch.saveDisconnectedAfterDays(tenantId, days);
        }
    }
}
