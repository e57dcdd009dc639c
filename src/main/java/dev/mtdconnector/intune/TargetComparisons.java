package dev.mtdconnector.intune;

import dev.mtdconnector.connector.PublishOptions;
import dev.mtdconnector.connector.PublishTarget;
import dev.mtdconnector.device.ThreatState;
import dev.mtdconnector.intune.DeviceAttributes.Held;
import dev.mtdconnector.intune.GroupMembers.RiskGroup;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiPredicate;
import java.util.function.Function;

/** What each target shows beside what it was told. */
public final class TargetComparisons implements Comparison.Choice {

    private final ReportedStates reported;
    private final TargetPublishers.Directory directory;
    private final Function<String, PublishOptions> options;
    private final BiPredicate<String, PublishTarget> isGranted;

    /**
     * @param isGranted whether a tenant lets this target be read
     */
    public TargetComparisons(
            ReportedStates reported,
            TargetPublishers.Directory directory,
            Function<String, PublishOptions> options,
            BiPredicate<String, PublishTarget> isGranted) {
        this.reported = reported;
        this.directory = directory;
        this.options = options;
        this.isGranted = isGranted;
    }

    @Override
    public Optional<Comparison> of(String tenantId, PublishTarget target) {
        if (!isGranted.test(tenantId, target)) {
            return Optional.empty();
        }
        return Optional.of(
                switch (target.way()) {
                    case PARTNER -> this::atPartner;
                    case DEVICE_ATTRIBUTE -> (tenant, told) -> inAttribute(tenant, target.number(), told);
                    case RISK_GROUP -> (tenant, told) -> inGroup(tenant, target.place(), told);
                });
    }

    private Map<String, String> atPartner(String tenantId, Map<String, ThreatState> told) {
        Map<String, String> different = new HashMap<>(reported.of(tenantId, List.copyOf(told.keySet())));
        told.forEach((deviceId, state) -> different.remove(deviceId, state.wireName()));
        return different;
    }

    private Map<String, String> inAttribute(String tenantId, int number, Map<String, ThreatState> told) {
        boolean mayOverwrite = options.apply(tenantId).overwriteForeign();
        Map<String, String> different = new HashMap<>();
        List<String> ids = new ArrayList<>(told.keySet());
        for (int from = 0; from < ids.size(); from += DeviceAttributes.TOGETHER) {
            List<String> some = ids.subList(from, Math.min(ids.size(), from + DeviceAttributes.TOGETHER));
            Map<String, Held> held = directory.attributes().read(tenantId, number, some);
            held.forEach((deviceId, shown) -> {
                String wanted = AttributeValue.of(told.getOrDefault(deviceId, ThreatState.DEACTIVATED));
                String value = shown.value();
                boolean isForeign = value != null && !AttributeValue.isOurs(value) && !mayOverwrite;
                if (wanted != null && !wanted.equals(value) && !isForeign) {
                    different.put(deviceId, value == null ? "nothing" : value);
                }
            });
        }
        return different;
    }

    /** Who is in though none of his devices is at risk was put in by somebody else, who is not contradicted. */
    private Map<String, String> inGroup(String tenantId, String groupId, Map<String, ThreatState> told) {
        Map<String, String> memberOf = directory.riskMembers().ofDevices(tenantId, groupId, told.keySet());
        Set<String> members = new TreeSet<>(memberOf.values());
        RiskGroup group =
                new RiskGroup(tenantId, groupId, options.apply(tenantId).of());
        Set<String> present = members.isEmpty() ? Set.of() : directory.members().present(group, members);
        Map<String, String> different = new HashMap<>();
        memberOf.forEach((deviceId, member) -> {
            if (!present.contains(member)) {
                different.put(deviceId, "no member");
            }
        });
        return different;
    }
}
