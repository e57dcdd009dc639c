package dev.mtdconnector.enrollment;

import static dev.mtdconnector.testing.TestApp.GROUP;
import static dev.mtdconnector.testing.TestApp.LENA;
import static dev.mtdconnector.testing.TestApp.PHONE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mtdconnector.common.UpstreamException.Kind;
import dev.mtdconnector.schedule.Outcome;
import dev.mtdconnector.testing.Faults;
import dev.mtdconnector.testing.TestApp;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A stored link that the directory does not take is dropped, and what it stood for is read from the start. */
class LostLinksTest {

    private static final String OSCAR = "607f1810-a465-447c-b136-da952f9affef";
    private static final String TABLET = "11111111-0000-4000-8000-000000000001";
    private static final String WATCH = "11111111-0000-4000-8000-000000000002";

    private final TestApp app = new TestApp().ready();

    @BeforeEach
    void changeMuch() {
        app.directory.withDevice(TABLET, OSCAR, "iOS", "18").join(GROUP, OSCAR);
        sync();
        app.directory.leave(GROUP, LENA);
        app.directory.withDevice(WATCH, OSCAR, "Android", "15");
    }

    private void sync() {
        app.post("/api/v1/connector/sync", "").expect(202);
        app.drain();
    }

    private String error() {
        return app.get("/api/v1/connector").expect(200).text("/sync/error");
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"GONE", "REFUSED", "NOT_FOUND"})
    void aLinkThatIsNotTakenIsDroppedInTheSameRun(Kind answer) {
        app.directory.forgetLinks(answer);
        sync();
        assertThat(error()).isEqualTo("null");
        assertThat(app.device(TABLET)).isEqualTo("pending");
        assertThat(app.device(WATCH)).isEqualTo("pending");
        assertThat(app.device(PHONE)).isEqualTo("out-of-scope");

        int requests = app.directory.requests();
        sync();
        assertThat(app.directory.requests() - requests)
                .as("the next poll follows new links")
                .isEqualTo(2);
    }

    @Test
    void aDirectoryThatTakesNoLinkIsAnErrorAndNotALoop() {
        app.directory.join(GROUP, WATCH).withPageSize(1).refuseLinks(true);
        int requests = app.directory.requests();
        sync();
        assertThat(error()).isEqualTo("directory.refused");
        assertThat(app.directory.requests() - requests)
                .as("the link, the query from its start, and the link that gave")
                .isEqualTo(3);
        app.pass(Duration.ofHours(1));
        assertThat(error()).isEqualTo("directory.refused");
        assertThat(app.device(PHONE)).isEqualTo("pending");

        app.directory.refuseLinks(false);
        app.pass(Duration.ofMinutes(6));
        assertThat(error()).isEqualTo("null");
        assertThat(app.device(PHONE)).isEqualTo("out-of-scope");
        assertThat(app.device(WATCH)).isEqualTo("pending");
    }

    /** The pass over all devices is one of those that a link leads on. */
    @Test
    void aPassOverAllDevicesWhoseLinkIsNeverTakenEndsToo() {
        app.directory.forgetLinks(Kind.REFUSED);
        app.directory.withPageSize(1);
        app.directory.refuseLinks(true);
        sync();
        assertThat(error()).isEqualTo("directory.refused");
        app.directory.refuseLinks(false);
        app.pass(Duration.ofMinutes(6));
        assertThat(error()).isEqualTo("null");
        assertThat(app.device(WATCH)).isEqualTo("pending");
    }

    /** Devices without their owners are listed in several messages, and the link is too old when the next one comes. */
    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"GONE", "REFUSED", "NOT_FOUND"})
    void aListingByHintsWhoseStoredLinkIsNotTakenBeginsAnew(Kind answer) {
        boolean hasDied = true;
        for (int call = 1; hasDied; call++) {
            SyncBench bench = new SyncBench(SyncBench.HINTED);
            bench.directory.withPageSize(1).withGroup(GROUP, "All").withUserCount(14);
            bench.directory.management().grant(OptionalSources.Source.values());
            for (int i = 0; i < 14; i++) {
                bench.directory.join(GROUP, SyncBench.id("user", i));
                bench.directory.withDevice(SyncBench.id("device", i), SyncBench.id("user", i), "iOS", "18");
                bench.directory
                        .management()
                        .withDevice("intune-" + i, SyncBench.id("device", i), SyncBench.id("user", i));
            }
            bench.connector(true, 100, GROUP);
            bench.faults.dieAt(call, true);
            try {
                bench.sync();
                hasDied = false;
            } catch (Faults.Death e) {
                bench.faults.never();
                bench.directory.forgetPages(answer);
                bench.sync(true);
            }
            assertThat(bench.devices()).as("ended at call %d", call).hasSize(14);
        }
    }

    @Test
    void aReconcileWhoseLinkIsNotTakenBeginsAnewAtTheNextPoll() {
        SyncBench bench = new SyncBench();
        bench.directory.withGroup(GROUP, "All", LENA, OSCAR);
        bench.directory.withDevice(TABLET, LENA, "iOS", "18").withDevice(WATCH, LENA, "Android", "15");
        bench.connector(true, 100, GROUP);
        bench.sync(2);
        bench.clock.advance(Reconcile.EVERY);
        bench.directory.withPageSize(1);
        bench.sync();
        bench.directory.removeDevice(WATCH);
        bench.directory.withDevice(WATCH, OSCAR, "Android", "15");
        bench.directory.forgetPages(Kind.REFUSED);
        bench.sync(3);
        assertThat(bench.devices().get(WATCH)).startsWith(OSCAR);
    }

    /** Ended at any call the pass goes on where it was; a device that came meanwhile is in none of its pages and stays. */
    @Test
    void aWholePassAfterMissedChangesIsDoneOverSeveralMessages() {
        int most = 0;
        boolean hasDied = true;
        for (int call = 1; hasDied; call++) {
            SyncBench bench = missing(3);
            bench.faults.dieAt(call, true);
            try {
                bench.sync();
                hasDied = false;
            } catch (Faults.Death e) {
                bench.faults.never();
                bench.directory.withDevice(SyncBench.id("device", 99), LENA, "iOS", "18");
                int requests = bench.directory.requests();
                bench.sync(true);
                bench.sync();
                most = Math.max(most, bench.directory.requests() - requests);
            }
            assertThat(bench.devices().keySet())
                    .as("ended at call %d", call)
                    .hasSize(hasDied ? 30 : 29)
                    .doesNotContain(SyncBench.id("device", 3));
        }
        assertThat(most).as("of 30 pages each").isLessThan(50);
    }

    @Test
    void aWholePassThatTakesTooLongGoesOnInAnotherMessage() {
        SyncBench bench = missing(3);
        int messages = 1;
        bench.slow(Duration.ofSeconds(40));
        Outcome outcome = bench.job().run(SyncBench.TENANT, SyncBench.context(false));
        for (; outcome instanceof Outcome.Again && messages < 50; messages++) {
            outcome = bench.job().run(SyncBench.TENANT, SyncBench.context(false));
        }
        assertThat(messages).isBetween(5, 20);
        assertThat(bench.devices()).hasSize(29).doesNotContainKey(SyncBench.id("device", 3));
    }

    /** Thirty devices, one of which was deleted while changes were lost. */
    private static SyncBench missing(int gone) {
        SyncBench bench = new SyncBench();
        bench.directory.withGroup(GROUP, "All", LENA);
        for (int i = 0; i < 30; i++) {
            bench.directory.withDevice(SyncBench.id("device", i), LENA, "iOS", "18");
        }
        bench.connector(true, 100, GROUP);
        bench.sync(2);
        bench.directory.removeDevice(SyncBench.id("device", gone));
        bench.directory.forgetLinks();
        bench.directory.withPageSize(1);
        return bench;
    }
}
