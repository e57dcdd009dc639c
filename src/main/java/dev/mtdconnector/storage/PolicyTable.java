package dev.mtdconnector.storage;

import dev.mtdconnector.storage.Change.Insert;
import dev.mtdconnector.storage.Change.Mode;
import dev.mtdconnector.storage.Change.Upsert;
import dev.mtdconnector.threat.Classification;
import dev.mtdconnector.threat.Policy;
import dev.mtdconnector.threat.PolicyStore;
import dev.mtdconnector.threat.Rerating;
import dev.mtdconnector.threat.RiskLevel;
import dev.mtdconnector.threat.Rule;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Tenants' policies: {@code policy} the latest version, {@code v|<version, newest first>} each version for good, and
 * {@code rerating} how far the latest was carried out.
 *
 * <p>A version's own row is inserted together with the latest, so that of two who make the same version one fails.
 */
public final class PolicyTable implements PolicyStore {

    private static final String POLICY = "policy";
    private static final String RERATING = "rerating";

    private final Table table;

    public PolicyTable(Tables tables) {
        this.table = tables.table("policies");
    }

    @Override
    public Policy of(String tenantId) {
        return table.get(Keys.join(tenantId), POLICY).map(PolicyTable::policy).orElse(Policy.DEFAULT);
    }

    @Override
    public boolean add(String tenantId, Policy policy) {
        String partition = Keys.join(tenantId);
        Map<String, Object> columns = Columns.ofRow()
                .number("version", policy.version())
                .text("rule", policy.rule().name())
                .text("levels", levels(policy))
                .instant("changedAt", policy.changedAt())
                .text("changedBy", policy.changedBy())
                .map();
        return Writes.tryTransact(
                        table,
                        List.of(
                                new Insert(Row.of(partition, versionKey(policy.version()), columns)),
                                new Upsert(Row.of(partition, POLICY, columns), Mode.REPLACE)))
                .isPresent();
    }

    @Override
    public List<Policy> versions(String tenantId, int below, int limit) {
        Table.Range range =
                Table.Range.prefix(Keys.join(tenantId), Keys.prefix("v")).from(versionKey(below) + "\u0000");
        return Queries.rows(table, range, limit).stream()
                .map(PolicyTable::policy)
                .toList();
    }

    @Override
    public Optional<Rerating> rerating(String tenantId) {
        return table.get(Keys.join(tenantId), RERATING)
                .map(row -> new Rerating(
                        (int) row.number("from", 0),
                        (int) row.number("version", 0),
                        row.text("cursor"),
                        (int) row.number("examined", 0),
                        (int) row.number("changed", 0),
                        row.requiredInstant("startedAt"),
                        row.instant("finishedAt"),
                        row.etag()));
    }

    @Override
    public Optional<Rerating> save(String tenantId, Rerating rerating) {
        Row row = Row.of(
                Keys.join(tenantId),
                RERATING,
                Columns.ofRow()
                        .number("from", rerating.from())
                        .number("version", rerating.version())
                        .text("cursor", rerating.cursor())
                        .number("examined", rerating.examined())
                        .number("changed", rerating.changed())
                        .instant("startedAt", rerating.startedAt())
                        .instant("finishedAt", rerating.finishedAt())
                        .map());
        return Writes.replace(table, row, rerating.etag()).map(rerating::withEtag);
    }

    private static String versionKey(int version) {
        return Keys.join("v", String.format(Locale.ROOT, "%010d", Integer.MAX_VALUE - version));
    }

    private static String levels(Policy policy) {
        return policy.overrides().entrySet().stream()
                .map(entry -> entry.getKey().name() + "=" + entry.getValue().name())
                .collect(Collectors.joining(" "));
    }

    private static Policy policy(Row row) {
        Map<Classification, RiskLevel> levels = new EnumMap<>(Classification.class);
        String text = row.requiredText("levels");
        if (!text.isEmpty()) {
            for (String pair : text.split(" ", -1)) {
                int equals = pair.indexOf('=');
                levels.put(
                        Classification.valueOf(pair.substring(0, equals)),
                        RiskLevel.valueOf(pair.substring(equals + 1)));
            }
        }
        String rule = row.text("rule");
        return new Policy(
                (int) row.number("version", 0),
                // A version from before there was another.
                rule == null ? Rule.POLICY : Rule.valueOf(rule),
                levels,
                row.instant("changedAt"),
                row.text("changedBy"));
    }
}
