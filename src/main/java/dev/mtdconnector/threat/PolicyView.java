package dev.mtdconnector.threat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The policy as the API shows it. */
final class PolicyView {

    private final ClassificationTexts texts;

    PolicyView(ClassificationTexts texts) {
        this.texts = texts;
    }

    Map<String, Object> of(Policy policy, Optional<Rerating> rerating) {
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("version", policy.version());
        view.put("changedAt", policy.changedAt());
        view.put("changedBy", policy.changedBy());
        view.put("rule", policy.rule().label());
        view.put("rerating", rerating(policy, rerating));
        view.put(
                "classifications",
                Arrays.stream(Classification.values())
                        .map(classification -> row(policy, classification))
                        .toList());
        return view;
    }

    private Map<String, Object> row(Policy policy, Classification classification) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("classification", classification.name());
        row.put("type", classification.type().label());
        row.put("platforms", classification.platforms());
        row.put("description", texts.description(classification));
        row.put("defaultLevel", classification.defaultLevel().label());
        row.put("isPublished", classification.isPublished());
        row.put("level", policy.levelOf(classification).label());
        return row;
    }

    /** Of the version that is shown: one that no run has taken up yet has not started. */
    private static @Nullable Map<String, Object> rerating(Policy policy, Optional<Rerating> stored) {
        if (policy.version() == 0) {
            return null;
        }
        Optional<Rerating> current = stored.filter(rerating -> rerating.version() == policy.version());
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("version", policy.version());
        view.put("examined", current.map(Rerating::examined).orElse(0));
        view.put("changed", current.map(Rerating::changed).orElse(0));
        view.put("startedAt", current.map(Rerating::startedAt).orElse(null));
        view.put("finishedAt", current.map(Rerating::finishedAt).orElse(null));
        return view;
    }

    /** A version and what it changed of the one before it. */
    Map<String, Object> version(Policy policy, Policy before) {
        List<Map<String, Object>> changes = new ArrayList<>();
        Map<String, String> overrides = new LinkedHashMap<>();
        for (Classification classification : Classification.values()) {
            RiskLevel level = policy.levelOf(classification);
            if (level != before.levelOf(classification)) {
                Map<String, Object> change = new LinkedHashMap<>();
                change.put("classification", classification.name());
                change.put("from", before.levelOf(classification).label());
                change.put("to", level.label());
                changes.add(change);
            }
            if (level != classification.defaultLevel()) {
                overrides.put(classification.name(), level.label());
            }
        }
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("version", policy.version());
        view.put("changedAt", policy.changedAt());
        view.put("changedBy", policy.changedBy());
        view.put("rule", policy.rule().label());
        view.put(
                "ruleBefore",
                policy.rule() == before.rule() ? null : before.rule().label());
        view.put("changes", changes);
        view.put("overrides", overrides);
        return view;
    }

    /** What a change would do: how many devices it looks at, how many of them it changes, and from what to what. */
    static Map<String, Object> of(Map<RiskLevel, Map<RiskLevel, Integer>> devices) {
        int examined = 0;
        int changed = 0;
        Map<String, Object> matrix = new LinkedHashMap<>();
        for (Map.Entry<RiskLevel, Map<RiskLevel, Integer>> from : devices.entrySet()) {
            Map<String, Integer> row = new LinkedHashMap<>();
            for (Map.Entry<RiskLevel, Integer> to : from.getValue().entrySet()) {
                row.put(to.getKey().label(), to.getValue());
                examined += to.getValue();
                changed += to.getKey() == from.getKey() ? 0 : to.getValue();
            }
            matrix.put(from.getKey().label(), row);
        }
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("examined", examined);
        view.put("changed", changed);
        view.put("devices", matrix);
        return view;
    }
}
