package dev.mtdconnector.device;

import dev.mtdconnector.threat.Classification;
import dev.mtdconnector.threat.Policy;
import dev.mtdconnector.threat.RiskLevel;
import dev.mtdconnector.threat.Rule;
import dev.mtdconnector.threat.Threat;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A device as the API shows it. */
final class DeviceView {

    private static final String DISCONNECTED = "disconnected";

    private final Policy policy;

    DeviceView(Policy policy) {
        this.policy = policy;
    }

    /**
     * The one word for people: pending, activated, deactivated, disconnected, secured, low, medium, high, or
     * out-of-scope.
     */
    String state(Device device) {
        if (!device.isInScope()) {
            return "out-of-scope";
        }
        if (device.isDisconnected()) {
            return DISCONNECTED;
        }
        return device.hasSecurity(policy)
                ? security(device)
                : device.activation().label();
    }

    private String security(Device device) {
        RiskLevel level = device.level(policy);
        return level == RiskLevel.NONE ? "secured" : level.label();
    }

    List<Map<String, Object>> openThreats(Device device) {
        return device.openThreats().stream().map(this::threat).toList();
    }

    /** A threat of whatever status, with what became of it. */
    private Map<String, Object> history(Threat threat) {
        Map<String, Object> view = threat(threat);
        Threat.Ignored ignored = threat.ignored();
        Threat.Silenced silenced = threat.silenced();
        view.put("status", status(threat));
        view.put("statusAt", threat.eventAt());
        view.put(
                "ignored",
                ignored == null ? null : Map.of("by", ignored.by(), "reason", ignored.reason(), "at", ignored.at()));
        view.put(
                "silenced",
                silenced == null
                        ? null
                        : Map.of(
                                "allowedAppId", silenced.allowanceId(),
                                "by", silenced.by(),
                                "reason", silenced.reason(),
                                "until", silenced.until()));
        return view;
    }

    private static String status(Threat threat) {
        if (threat.status() != Threat.Status.OPEN || threat.isOpen()) {
            return threat.status().name().toLowerCase(Locale.ROOT);
        }
        return threat.ignored() == null ? "silenced" : "ignored";
    }

    Map<String, Object> threat(Threat threat) {
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("guid", threat.guid());
        view.put("type", threat.type());
        view.put("classifications", threat.classifications());
        view.put("level", policy.levelOf(threat).label());
        view.put("feedLevel", threat.finding().feedLevel());
        view.put("openedAt", threat.openedAt());
        boolean isOfAppSync = AppSyncThreats.isOfAppSync(threat);
        view.put("source", isOfAppSync ? "app-sync" : AgentThreats.isOfAgent(threat) ? "agent" : "feed");
        view.put("matchedBy", isOfAppSync ? "name" : null);
        Threat.Subject subject = threat.finding().subject();
        Map<String, Object> application = new LinkedHashMap<>();
        application.put("name", subject.applicationName());
        application.put("packageName", subject.packageName());
        application.put("publisher", subject.publisher());
        view.put("application", subject.equals(Threat.Subject.UNKNOWN) ? null : application);
        return view;
    }

    /** The device by itself, and whether it waits for the publisher, which is stored beside it. */
    Map<String, Object> of(Device device, boolean outstanding) {
        Map<String, Object> intune = intune(device);
        intune.put(
                "outstanding",
                outstanding || device.told().isOnItsWay() || device.told().isKeptBack());
        Map<String, Object> view = of(device);
        view.put("intune", intune);
        view.put(
                "threats", device.threats().values().stream().map(this::history).toList());
        view.put("why", why(device));
        return view;
    }

    /** The same, with the apps under app protection that are on it. */
    Map<String, Object> of(Device device, boolean outstanding, List<AppRegistration> apps) {
        Map<String, Object> view = of(device, outstanding);
        view.put("protectedApps", apps.stream().map(DeviceView::app).toList());
        return view;
    }

    /** A registration of an app. */
    static Map<String, Object> app(AppRegistration app) {
        Platform platform = app.platform();
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("userId", app.userId());
        view.put("app", app.app());
        view.put("platform", platform == null ? null : platform.label());
        view.put("platformVersion", app.platformVersion());
        view.put("deviceName", app.deviceName());
        view.put("deviceType", app.deviceType());
        view.put("lastSyncAt", app.lastSyncAt());
        return view;
    }

    /** Whether Intune manages the device, or at most the company's apps on it. */
    private static String management(Device.DirectoryFacts facts) {
        return Boolean.TRUE.equals(facts.managed()) || facts.intuneId() != null ? "managed" : "appProtectionOnly";
    }

    /** One sentence that says why the device has its state. */
    String why(Device device) {
        Device.Departure departure = device.departure();
        if (departure != null) {
            return outOfScope(departure);
        }
        if (device.isDisconnected()) {
            return "Disconnected since " + device.agent().disconnectedAt()
                    + " because the app on it last checked in at "
                    + device.agent().lastCheckInAt() + "; the next check-in connects it again.";
        }
        if (!device.hasSecurity(policy)) {
            return switch (device.activation()) {
                case PENDING -> "Pending because the app was not activated on it yet.";
                case DEACTIVATED -> "Deactivated because the app on it was.";
                case ACTIVATED ->
                    "Activated, and nothing is known of its security because the app has not reported yet.";
            };
        }
        RiskLevel level = device.level(policy);
        if (level == RiskLevel.NONE) {
            return "Secured because none of its open threats counts.";
        }
        return device.openThreats().stream()
                .filter(threat -> policy.levelOf(threat) == level)
                .min(Comparator.comparing(Threat::openedAt).thenComparing(Threat::guid))
                .map(threat -> "Non-compliant where a risk of " + level.label() + " is not allowed, because of "
                        + found(threat) + " (threat " + threat.guid() + "), open since "
                        + threat.openedAt() + rated(threat) + ".")
                .orElse("Its level is " + level.label() + ".");
    }

    private static String found(Threat threat) {
        return threat.classifications().isEmpty()
                ? Classification.UNKNOWN.name()
                : String.join(", ", threat.classifications());
    }

    private String rated(Threat threat) {
        return policy.rule() == Rule.FEED_SEVERITY && threat.isRated()
                ? "; by the feed's own severity, " + threat.finding().feedLevel()
                : "";
    }

    private static String outOfScope(Device.Departure departure) {
        String newer = departure.supersededBy();
        if (newer != null) {
            return "Out of scope because the same device was registered anew, as " + newer + ".";
        }
        return departure.isDeleted()
                ? "Out of scope and deleted: what is known of it goes once Intune was told."
                : "Out of scope because its user is in no enrollment group any more, the directory deleted or disabled it,"
                        + " or its system is not supported.";
    }

    /** The device as lists have it. */
    Map<String, Object> of(Device device) {
        Device.DirectoryFacts facts = device.facts();
        boolean isProtected = device.activation() == Device.Activation.ACTIVATED && device.healthAt() != null;
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("deviceId", facts.deviceId());
        view.put("objectId", facts.objectId());
        view.put("displayName", facts.displayName());
        view.put("platform", facts.platform().label());
        view.put(
                "osVersion",
                device.agent().osVersion() == null
                        ? facts.osVersion()
                        : device.agent().osVersion());
        view.put("model", facts.model());
        view.put("management", management(facts));
        view.put("ownership", facts.ownership());
        view.put("intuneId", facts.intuneId());
        view.put("registeredAt", facts.registeredAt());
        view.put("userId", facts.userId());
        view.put("userPrincipalName", facts.userPrincipalName());
        view.put("state", state(device));
        view.put("activation", device.activation().label());
        view.put("protection", device.isDisconnected() ? DISCONNECTED : isProtected ? "protected" : null);
        view.put("security", device.hasSecurity(policy) ? security(device) : null);
        view.put(
                "outOfScopeSince",
                device.departure() == null ? null : device.departure().at());
        Device.Departure departure = device.departure();
        String newer = departure == null ? null : departure.supersededBy();
        view.put("outOfScopeReason", newer == null ? null : "superseded by " + newer);
        view.putAll(agent(device.agent()));
        view.put("feedSecurity", device.feed().securityStatus());
        view.put("openThreats", openThreats(device));
        view.put("intune", intune(device));
        return view;
    }

    private static Map<String, Object> agent(Device.Agent agent) {
        Map<String, Object> flags = new LinkedHashMap<>();
        agent.flags().forEach((flag, value) -> flags.put(flag.label(), value));
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("agentVersion", agent.version());
        view.put("patchLevel", agent.patchLevel());
        view.put("configuration", flags);
        view.put("lastCheckInAt", agent.lastCheckInAt());
        view.put("disconnectedSince", agent.disconnectedAt());
        view.put("parentDeviceId", agent.parentDeviceId());
        return view;
    }

    private static Map<String, Object> intune(Device device) {
        Map<String, Object> intune = new LinkedHashMap<>();
        ThreatState told = device.told().state();
        intune.put("published", told == null || !isConfirmed(device) ? null : told.wireName());
        intune.put("publishedAt", device.told().confirmedAt());
        intune.put("messageId", device.told().messageId());
        return intune;
    }

    private static boolean isConfirmed(Device device) {
        return device.told().confirmedAt() != null;
    }
}
