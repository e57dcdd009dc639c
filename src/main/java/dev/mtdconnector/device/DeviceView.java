package dev.mtdconnector.device;

import dev.mtdconnector.threat.Policy;
import dev.mtdconnector.threat.RiskLevel;
import dev.mtdconnector.threat.Threat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A device as the API shows it. */
final class DeviceView {

    private final Policy policy;

    DeviceView(Policy policy) {
        this.policy = policy;
    }

    /** The one word for people: pending, activated, deactivated, secured, low, medium or high. */
    String state(Device device) {
        if (device.activation() != Device.Activation.ACTIVATED || device.healthAt() == null) {
            return device.activation().label();
        }
        return security(device);
    }

    private String security(Device device) {
        RiskLevel level = device.level(policy);
        return level == RiskLevel.NONE ? "secured" : level.label();
    }

    List<Map<String, Object>> openThreats(Device device) {
        return device.openThreats().stream().map(this::threat).toList();
    }

    private Map<String, Object> threat(Threat threat) {
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("guid", threat.guid());
        view.put("type", threat.type());
        view.put("classifications", threat.classifications());
        view.put("level", policy.levelOf(threat).label());
        view.put("openedAt", threat.openedAt());
        return view;
    }

    Map<String, Object> of(Device device, boolean outstanding) {
        Device.DirectoryFacts facts = device.facts();
        boolean isProtected = device.activation() == Device.Activation.ACTIVATED && device.healthAt() != null;
        Map<String, Object> intune = new LinkedHashMap<>();
        ThreatState told = device.told().state();
        boolean confirmed = device.told().confirmedAt() != null;
        intune.put("published", told == null || !confirmed ? null : told.wireName());
        intune.put("publishedAt", device.told().confirmedAt());
        intune.put("messageId", device.told().messageId());
        intune.put("outstanding", outstanding || (told != null && !confirmed));
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("deviceId", facts.deviceId());
        view.put("displayName", facts.displayName());
        view.put("platform", facts.platform().label());
        view.put(
                "osVersion",
                device.agent().osVersion() == null
                        ? facts.osVersion()
                        : device.agent().osVersion());
        view.put("userId", facts.userId());
        view.put("userPrincipalName", facts.userPrincipalName());
        view.put("state", state(device));
        view.put("activation", device.activation().label());
        view.put("protection", isProtected ? "protected" : null);
        view.put("security", isProtected ? security(device) : null);
        view.put("lastCheckInAt", device.agent().lastCheckInAt());
        view.put("openThreats", openThreats(device));
        view.put("intune", intune);
        return view;
    }
}
