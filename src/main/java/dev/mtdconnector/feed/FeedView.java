package dev.mtdconnector.feed;

import dev.mtdconnector.common.ErrorCode;
import dev.mtdconnector.feed.FeedProgress.Reading;
import dev.mtdconnector.feed.FeedProgress.Trouble;
import dev.mtdconnector.schedule.Job;
import dev.mtdconnector.schedule.JobKind;
import dev.mtdconnector.schedule.Schedule;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What an administrator sees of the feed. Nothing of its key but when it was entered and when it expires. */
public final class FeedView {

    private static final int NOTES = 20;

    private final FeedStore store;
    private final Schedule schedule;
    private final Clock clock;

    public FeedView(FeedStore store, Schedule schedule, Clock clock) {
        this.store = store;
        this.schedule = schedule;
        this.clock = clock;
    }

    /** Where the feed stands; of what is the case the first of these. */
    enum State {
        NOT_CONNECTED("not connected"),
        DISCONNECTING("disconnecting"),
        FAILING("failing"),
        CATCHING_UP("catching-up"),
        SILENT("silent"),
        KEY_EXPIRING("key expiring"),
        CONNECTED("connected");

        private final String label;

        State(String label) {
            this.label = label;
        }
    }

    static State stateOf(@Nullable FeedConnection connection, @Nullable FeedProgress progress) {
        if (connection == null || progress == null) {
            return State.NOT_CONNECTED;
        }
        if (connection.isClosing()) {
            return State.DISCONNECTING;
        }
        if (progress.trouble() != null) {
            return State.FAILING;
        }
        if (progress.reading() != null || progress.position().isBehind()) {
            return State.CATCHING_UP;
        }
        if (progress.rhythm().silentSince() != null) {
            return State.SILENT;
        }
        return progress.warnedDays() == FeedProgress.NOT_WARNED ? State.CONNECTED : State.KEY_EXPIRING;
    }

    /** All of it, for an answer. */
    public Map<String, Object> of(String tenantId) {
        Optional<FeedConnection> connection = store.connection(tenantId);
        Optional<FeedProgress> progress = store.progress(tenantId);
        State state = stateOf(connection.orElse(null), progress.orElse(null));
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("state", state.label);
        if (connection.isPresent() && progress.isPresent()) {
            since(view, state, progress.get());
            settings(view, connection.get());
            standing(view, tenantId, connection.get(), progress.get());
        }
        view.put("history", notes(tenantId));
        return view;
    }

    /** What was set, for the audit trail and for answers. */
    public static Map<String, Object> settingsOf(FeedConnection connection) {
        Map<String, Object> view = new LinkedHashMap<>();
        settings(view, connection);
        return view;
    }

    private static void since(Map<String, Object> view, State state, FeedProgress progress) {
        Trouble trouble = progress.trouble();
        if (state == State.FAILING && trouble != null) {
            view.put("since", trouble.since());
            ErrorCode.ofCode(trouble.errorCode()).ifPresent(code -> {
                view.put("code", code.code());
                view.put("title", code.title());
                view.put("remedy", code.remedy());
            });
            view.put("attempts", trouble.attempts());
        } else if (state == State.SILENT) {
            view.put("since", progress.rhythm().silentSince());
        }
    }

    private static void settings(Map<String, Object> view, FeedConnection connection) {
        Duration silentAfter = connection.silentAfter();
        view.put("connectedAt", connection.connectedAt());
        view.put("keyEnteredAt", connection.keyEnteredAt());
        view.put("keyExpiresAt", connection.keyExpiresAt());
        view.put("keyExpiryIs", connection.isExpirySaid() ? "said" : "assumed");
        view.put("everySeconds", connection.every().toSeconds());
        view.put("silentAfterHours", silentAfter == null ? null : silentAfter.toHours());
    }

    private void standing(Map<String, Object> view, String tenantId, FeedConnection connection, FeedProgress progress) {
        Instant now = clock.instant();
        Reading reading = progress.reading();
        if (reading != null) {
            Map<String, Object> lists = new LinkedHashMap<>();
            lists.put("reason", reading.reason().label());
            lists.put("phase", reading.phase().label());
            lists.put("asOf", reading.asOf());
            view.put("lists", lists);
        }
        view.put("enterpriseIsProven", progress.isConfirmed());
        view.put("coveredUntil", progress.position().coveredUntil());
        view.put(
                "cursorAgeSeconds",
                Math.max(
                        0,
                        Duration.between(progress.position().coveredUntil(), now)
                                .toSeconds()));
        view.put("lastEventAt", progress.rhythm().lastEventAt());
        view.put(
                "silentAfterHoursNow",
                Silence.after(connection, progress.rhythm()).toHours());
        Optional<Job> job = schedule.find(tenantId, JobKind.RISK_FEED);
        view.put("lastSuccessAt", job.map(Job::lastSuccessAt).orElse(null));
        view.put("nextDueAt", job.map(Job::dueAt).orElse(null));
        view.put("counts", progress.counts());
    }

    private List<Map<String, Object>> notes(String tenantId) {
        return store.notes(tenantId, NOTES).stream()
                .map(note -> {
                    Map<String, Object> line = new LinkedHashMap<>();
                    line.put("at", note.at());
                    line.put("what", note.what());
                    line.put("detail", note.detail());
                    return line;
                })
                .toList();
    }
}
