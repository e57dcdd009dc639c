package dev.mtdconnector.apps;

import static dev.mtdconnector.testing.TestApp.PHONE;
import static dev.mtdconnector.testing.TestApp.START;
import static dev.mtdconnector.testing.TestApp.TENANT;
import static dev.mtdconnector.testing.TestApp.VENDOR_GUID;
import static dev.mtdconnector.testing.TestApp.deviceEvent;
import static dev.mtdconnector.testing.TestApp.threatEvent;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mtdconnector.schedule.JobContext;
import dev.mtdconnector.schedule.Outcome;
import dev.mtdconnector.schedule.Schedule;
import dev.mtdconnector.schedule.Trigger;
import dev.mtdconnector.storage.AppListTable;
import dev.mtdconnector.storage.DeviceTable;
import dev.mtdconnector.storage.JobTable;
import dev.mtdconnector.testing.TestApp;
import dev.mtdconnector.threat.Allowance;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class SilenceJobTest {

    private static final String THREAT = "a8da3393-7896-431b-875d-945993cfdbf3";

    private final TestApp app = new TestApp().ready();
    private final AppListTable lists = new AppListTable(app.tables);
    private final CachedAllowances allowances = new CachedAllowances(lists, app.clock);
    private final SilenceJob job = new SilenceJob(
            lists,
            allowances,
            new DeviceTable(app.tables, app.clock, allowances),
            new Schedule(new JobTable(app.tables), app.queues, app.clock),
            app.clock);

    private Outcome run(Trigger trigger, Duration aDevice) {
        return job.run(TENANT, new JobContext() {
            @Override
            public void checkpoint() {
                app.clock.advance(aDevice);
            }

            @Override
            public Trigger trigger() {
                return trigger;
            }
        });
    }

    private void allow() {
        Instant now = app.clock.instant();
        lists.allow(
                TENANT,
                new Allowance(
                        "entry",
                        new Allowance.What("Free Torch", null, null, null),
                        null,
                        "Our own",
                        "user:1",
                        now,
                        now.plus(Duration.ofDays(9))));
    }

    /** What a process with the list of before undid behind the first part is looked at again. */
    @Test
    void aLongRunAfterAChangeIsDoneOnceMoreLikeAShortOne() {
        app.feed(deviceEvent("tie", START, VENDOR_GUID, PHONE, "ACTIVATED")).expect(200);
        app.feed(threatEvent("t1", START, VENDOR_GUID, THREAT, "OPEN", "TROJAN"))
                .expect(200);
        app.drain();
        allow();

        assertThat(run(Trigger.SETTINGS, Duration.ofMinutes(4))).isInstanceOf(Outcome.Again.class);
        assertThat(app.device(PHONE)).isEqualTo("secured");
        Outcome end = run(Trigger.SCHEDULE, Duration.ZERO);
        assertThat(end).isEqualTo(Outcome.finishedUntil(app.clock.instant().plus(SilenceJob.AFTERWARDS)));

        app.clock.advance(SilenceJob.AFTERWARDS);
        Outcome last = run(Trigger.SCHEDULE, Duration.ZERO);
        assertThat(last).isEqualTo(Outcome.finishedUntil(app.clock.instant().plus(Duration.ofDays(1))));
    }
}
