package dev.mtdconnector.storage;

import dev.mtdconnector.apps.AppListStore;
import dev.mtdconnector.apps.AppSyncRun;
import dev.mtdconnector.apps.DeniedApp;
import dev.mtdconnector.apps.FindingStore;
import dev.mtdconnector.threat.Allowance;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Lists of apps and what app sync found. Keys: {@code d|<id>} a denied app, {@code a|<id>} an allowed one, {@code f|<app>|<device
 * id>} a denied app that is on a device; {@code run} app sync's latest run, {@code silence} how far the allow list was carried out.
 */
public final class AppListTable implements AppListStore, FindingStore {

    private static final String RUN = "run";
    private static final String PROGRESS = "silence";

    private final Table table;

    public AppListTable(Tables tables) {
        this.table = tables.table("apps");
    }

    private static Table.Range all(String tenantId, String... parts) {
        return Table.Range.prefix(Keys.join(tenantId), Keys.prefix(parts));
    }

    @Override
    public List<DeniedApp> denied(String tenantId) {
        return Queries.rows(table, all(tenantId, "d"), Integer.MAX_VALUE).stream()
                .map(row -> new DeniedApp(
                        row.requiredText("name"),
                        DeniedApp.Match.valueOf(row.requiredText("match")),
                        row.text("publisher"),
                        row.requiredText("reason"),
                        row.requiredText("by"),
                        row.requiredInstant("at")))
                .toList();
    }

    @Override
    public void deny(String tenantId, DeniedApp app) {
        Columns columns = Columns.ofRow()
                .text("name", app.name())
                .text("match", app.match().name())
                .text("publisher", app.publisher())
                .text("reason", app.reason())
                .text("by", app.by())
                .instant("at", app.at());
        Writes.put(table, Row.of(Keys.join(tenantId), Keys.join("d", app.id()), columns.map()));
    }

    @Override
    public boolean removeDenied(String tenantId, String id) {
        return Writes.delete(table, Keys.join(tenantId), Keys.join("d", id), null);
    }

    @Override
    public List<Allowance> allowed(String tenantId) {
        return Queries.rows(table, all(tenantId, "a"), Integer.MAX_VALUE).stream()
                .map(row -> new Allowance(
                        Keys.split(row.key()).get(1),
                        new Allowance.What(
                                row.text("name"),
                                row.text("publisher"),
                                row.text("packageName"),
                                row.text("classification")),
                        row.text("deviceId"),
                        row.requiredText("reason"),
                        row.requiredText("by"),
                        row.requiredInstant("at"),
                        row.requiredInstant("until")))
                .toList();
    }

    @Override
    public void allow(String tenantId, Allowance allowance) {
        Columns columns = Columns.ofRow()
                .text("name", allowance.what().name())
                .text("publisher", allowance.what().publisher())
                .text("packageName", allowance.what().packageName())
                .text("classification", allowance.what().classification())
                .text("deviceId", allowance.deviceId())
                .text("reason", allowance.reason())
                .text("by", allowance.by())
                .instant("at", allowance.at())
                .instant("until", allowance.until());
        Writes.put(table, Row.of(Keys.join(tenantId), Keys.join("a", allowance.id()), columns.map()));
    }

    @Override
    public boolean removeAllowed(String tenantId, String id) {
        return Writes.delete(table, Keys.join(tenantId), Keys.join("a", id), null);
    }

    @Override
    public Optional<Progress> progress(String tenantId) {
        return table.get(Keys.join(tenantId), PROGRESS)
                .map(row -> new Progress(row.requiredText("version"), row.text("cursor"), row.flag("onceMore")));
    }

    @Override
    public void saveProgress(String tenantId, Progress progress) {
        Columns columns = Columns.ofRow()
                .text("version", progress.version())
                .text("cursor", progress.cursor())
                .flag("onceMore", progress.isOnceMore());
        Writes.put(table, Row.of(Keys.join(tenantId), PROGRESS, columns.map()));
    }

    private static String findingKey(Place place) {
        return Keys.join("f", place.appKey(), place.deviceId());
    }

    @Override
    public void note(String tenantId, Finding finding) {
        Columns columns = Columns.ofRow().text("name", finding.name()).text("publisher", finding.publisher());
        Place place = new Place(finding.appKey(), finding.deviceId());
        Writes.put(table, Row.of(Keys.join(tenantId), findingKey(place), columns.map()));
    }

    @Override
    public void drop(String tenantId, Place place) {
        Writes.delete(table, Keys.join(tenantId), findingKey(place), null);
    }

    @Override
    public List<String> devicesWith(String tenantId, String appKey) {
        return Queries.rows(table, all(tenantId, "f", appKey), Integer.MAX_VALUE).stream()
                .map(row -> Keys.split(row.key()).get(2))
                .toList();
    }

    @Override
    public List<Finding> findings(String tenantId, int limit, @Nullable Place after) {
        Table.Range all = all(tenantId, "f");
        Table.Range rest = after == null ? all : all.from(findingKey(after) + "\u0000");
        return Queries.rows(table, rest, limit).stream()
                .map(row -> {
                    List<String> parts = Keys.split(row.key());
                    return new Finding(parts.get(1), parts.get(2), row.requiredText("name"), row.text("publisher"));
                })
                .toList();
    }

    @Override
    public Optional<AppSyncRun> latest(String tenantId) {
        return table.get(Keys.join(tenantId), RUN)
                .map(row -> new AppSyncRun(
                        AppSyncRun.State.valueOf(row.requiredText("state")),
                        row.requiredText("listVersion"),
                        row.text("cursor"),
                        row.requiredInstant("startedAt"),
                        row.instant("finishedAt"),
                        row.instant("succeededAt"),
                        row.text("problem"),
                        counts(row)));
    }

    private static AppSyncRun.Counts counts(Row row) {
        return new AppSyncRun.Counts(
                (int) row.number("appsRead", 0),
                (int) row.number("matched", 0),
                (int) row.number("installations", 0),
                (int) row.number("onDevices", 0),
                (int) row.number("personal", 0),
                (int) row.number("notEnrolled", 0),
                (int) row.number("found", 0),
                (int) row.number("ended", 0),
                (int) row.number("unread", 0));
    }

    @Override
    public void save(String tenantId, AppSyncRun run) {
        AppSyncRun.Counts counts = run.counts();
        Columns columns = Columns.ofRow()
                .text("state", run.state().name())
                .text("listVersion", run.listVersion())
                .text("cursor", run.cursor())
                .instant("startedAt", run.startedAt())
                .instant("finishedAt", run.finishedAt())
                .instant("succeededAt", run.succeededAt())
                .text("problem", run.problem())
                .count("appsRead", counts.read())
                .count("matched", counts.matched())
                .count("installations", counts.installations())
                .count("onDevices", counts.onDevices())
                .count("personal", counts.personal())
                .count("notEnrolled", counts.notEnrolled())
                .count("found", counts.found())
                .count("ended", counts.ended())
                .count("unread", counts.unread());
        Writes.put(table, Row.of(Keys.join(tenantId), RUN, columns.map()));
    }
}
