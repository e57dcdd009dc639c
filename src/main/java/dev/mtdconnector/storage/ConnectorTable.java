package dev.mtdconnector.storage;

import dev.mtdconnector.common.ErrorCode;
import dev.mtdconnector.connector.ConnectionCheckStore;
import dev.mtdconnector.connector.ConnectionHealth;
import dev.mtdconnector.connector.Connector;
import dev.mtdconnector.connector.Connector.EnrollmentGroup;
import dev.mtdconnector.connector.ConnectorStore;
import dev.mtdconnector.connector.IntuneStatus;
import dev.mtdconnector.connector.PublishOptions;
import dev.mtdconnector.connector.PublishTarget;
import dev.mtdconnector.connector.Publishing;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A tenant's connector, and in rows of their own what its heartbeat learnt and what was found at its checks. */
public final class ConnectorTable implements ConnectorStore, ConnectionCheckStore {

    private static final String CONNECTOR = "connector";
    private static final String BEATS = "beats";
    private static final String CHECK = "check";

    private final Table table;

    public ConnectorTable(Tables tables) {
        this.table = tables.table("connectors");
    }

    @Override
    public Optional<Connector> find(String tenantId) {
        return table.get(Keys.join(tenantId), CONNECTOR).map(row -> connector(tenantId, row));
    }

    @Override
    public boolean create(Connector connector) {
        return Writes.insert(table, row(connector));
    }

    @Override
    public boolean update(Connector connector) {
        return Writes.replace(table, row(connector), connector.version()).isPresent();
    }

    @Override
    public Beats beats(String tenantId) {
        return table.get(Keys.join(tenantId), BEATS)
                .map(row -> new Beats(
                        row.instant("provisionedAt"),
                        row.instant("lastBeatAt"),
                        row.instant("resyncRequestedAt"),
                        row.flag("checked")))
                .orElse(Beats.NONE);
    }

    @Override
    public void saveBeats(String tenantId, Beats beats) {
        Map<String, Object> columns = Columns.ofRow()
                .instant("provisionedAt", beats.provisionedAt())
                .instant("lastBeatAt", beats.lastBeatAt())
                .instant("resyncRequestedAt", beats.resyncRequestedAt())
                .flag("checked", beats.isChecked())
                .map();
        Writes.put(table, Row.of(Keys.join(tenantId), BEATS, columns));
    }

    @Override
    public Check check(String tenantId) {
        return table.get(Keys.join(tenantId), CHECK).map(ConnectorTable::check).orElse(Check.NONE);
    }

    @Override
    public boolean save(String tenantId, Check check) {
        Columns columns = Columns.ofRow()
                .instant("readAt", check.readAt())
                .text("difference", codeOf(check.difference()))
                .instant("differentSince", check.differentSince())
                .text("alarm", check.alarm().name())
                .text("told", codeOf(check.told()));
        IntuneStatus shown = check.shown();
        if (shown != null) {
            columns.text("state", shown.state())
                    .instant("lastHeartbeatAt", shown.lastHeartbeatAt())
                    .flag("ios", shown.iosEnabled())
                    .flag("android", shown.androidEnabled());
            Integer days = shown.unresponsiveAfterDays();
            if (days != null) {
                columns.number("thresholdDays", days);
            }
        }
        Row row = Row.of(Keys.join(tenantId), CHECK, columns.map());
        return Writes.replace(table, row, check.version()).isPresent();
    }

    private static @Nullable String codeOf(@Nullable ErrorCode code) {
        return code == null ? null : code.code();
    }

    private static Check check(Row row) {
        long days = row.number("thresholdDays", 0);
        String state = row.text("state");
        String alarm = row.text("alarm");
        return new Check(
                state == null
                        ? null
                        : new IntuneStatus(
                                state,
                                row.instant("lastHeartbeatAt"),
                                days == 0 ? null : (int) days,
                                row.flag("ios"),
                                row.flag("android")),
                row.instant("readAt"),
                code(row.text("difference")),
                row.instant("differentSince"),
                alarm == null ? ConnectionHealth.Alarm.NONE : ConnectionHealth.Alarm.valueOf(alarm),
                code(row.text("told")),
                row.etag());
    }

    private static @Nullable ErrorCode code(@Nullable String code) {
        return code == null ? null : ErrorCode.ofCode(code).orElse(null);
    }

    /** Groups are few (at most 50), so they stand in the row, two columns each. */
    private static Row row(Connector connector) {
        Columns columns = Columns.ofRow()
                .number("heartbeatMinutes", connector.heartbeatMinutes())
                .number("pollMinutes", connector.pollMinutes())
                .flag("nested", connector.isNested())
                .flag("deletedOnUnenrollment", connector.isDeletedOnUnenrollment())
                .number("safetyCapPercent", connector.safetyCapPercent())
                .flag("deviceStatus", connector.deviceStatus())
                .flag("threatStatus", connector.threatStatus())
                .text("target", connector.publishing().target().text())
                .text("mode", connector.publishing().mode().name())
                .number("graceMinutes", connector.publishing().graceMinutes())
                .number("breakerPercent", connector.publishing().breakerPercent())
                .flag("overwriteForeign", connector.publishing().options().overwriteForeign())
                .text("riskOf", connector.publishing().options().of().name())
                .text("riskFrom", connector.publishing().options().from().name())
                .instant("optionsChangedAt", connector.publishing().options().changedAt())
                .text("errorEmail", connector.errorEmail())
                .instant("createdAt", connector.createdAt());
        for (int i = 0; i < connector.groups().size(); i++) {
            columns.text("groupId" + i, connector.groups().get(i).id());
            columns.text("groupName" + i, connector.groups().get(i).displayName());
        }
        return Row.of(Keys.join(connector.tenantId()), CONNECTOR, columns.map());
    }

    private static Connector connector(String tenantId, Row row) {
        List<EnrollmentGroup> groups = new ArrayList<>();
        for (String id = row.text("groupId0"); id != null; id = row.text("groupId" + groups.size())) {
            groups.add(new EnrollmentGroup(id, row.requiredText("groupName" + groups.size())));
        }
        String target = row.text("target");
        String mode = row.text("mode");
        return new Connector(
                tenantId,
                (int) row.number("heartbeatMinutes", 0),
                new Connector.Enrollment(
                        groups,
                        (int) row.number("pollMinutes", Connector.DEFAULT_POLL),
                        !Boolean.FALSE.equals(row.properties().get("nested")),
                        row.flag("deletedOnUnenrollment"),
                        (int) row.number("safetyCapPercent", Connector.DEFAULT_SAFETY_CAP)),
                new Connector.StateSync(row.flag("deviceStatus"), row.flag("threatStatus")),
                new Publishing(
                        target == null ? PublishTarget.PARTNER : PublishTarget.of(target),
                        mode == null ? Publishing.Mode.PUBLISH : Publishing.Mode.valueOf(mode),
                        (int) row.number("graceMinutes", 0),
                        (int) row.number("breakerPercent", Publishing.DEFAULT_BREAKER),
                        options(row)),
                row.text("errorEmail"),
                row.requiredInstant("createdAt"),
                row.etag());
    }

    private static PublishOptions options(Row row) {
        String of = row.text("riskOf");
        String from = row.text("riskFrom");
        return new PublishOptions(
                row.flag("overwriteForeign"),
                of == null ? PublishOptions.DEFAULT.of() : PublishOptions.Of.valueOf(of),
                from == null ? PublishOptions.DEFAULT.from() : PublishOptions.Threshold.valueOf(from),
                row.instant("optionsChangedAt"));
    }
}
