package dev.mtdconnector.app;

import dev.mtdconnector.audit.AuditTrail;
import dev.mtdconnector.audit.AuditedRoutes;
import dev.mtdconnector.audit.AuditedRoutes.State;
import dev.mtdconnector.connector.ConnectorStore;
import dev.mtdconnector.connector.ConnectorView;
import dev.mtdconnector.feed.FeedStore;
import dev.mtdconnector.feed.FeedView;
import dev.mtdconnector.intake.EventIntake;
import dev.mtdconnector.tenant.Tenant;
import dev.mtdconnector.tenant.TenantKeys;
import dev.mtdconnector.tenant.TenantStore;
import dev.mtdconnector.tenant.TenantView;
import dev.mtdconnector.threat.Classification;
import dev.mtdconnector.threat.Policies;
import dev.mtdconnector.threat.Policy;
import dev.mtdconnector.webhook.WebhookSettingsRoutes;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What each route that changes something is called in the audit trail, and where what it changes is seen. */
final class AuditActions {

    private AuditActions() {}

    static AuditedRoutes of(
            AuditTrail trail,
            TenantStore tenants,
            TenantView tenantView,
            ConnectorStore connectors,
            ConnectorView connectorView,
            TenantKeys keys,
            Policies policies,
            EventIntake intake,
            FeedStore feeds,
            WebhookSettingsRoutes webhooks) {
        String api = "/api/v1/";
        String own = api + "connector";
        String operators = api + "operator/tenants";
        String one = operators + "/{tenantId}";
        State connector = (tenantId, parameters) -> connectors
                .find(tenantId)
                .map(found -> settingsOf(connectorView.of(found)))
                .orElse(null);
        State tenant = (tenantId, parameters) ->
                tenants.find(tenantId).map(tenantView::ofOperator).orElse(null);
        State keyList = (tenantId, parameters) -> keys.list(tenantId).stream()
                .map(key -> Map.of(
                        "id",
                        key.keyId(),
                        "name",
                        key.name(),
                        "kind",
                        key.kind().label(),
                        "expiresAt",
                        String.valueOf(key.expiresAt())))
                .toList();
        State guid = (tenantId, parameters) -> intake.stateOf(
                tenantId, String.valueOf(parameters.get("vendorGuid")).toLowerCase(Locale.ROOT));
        State webhook = (tenantId, parameters) -> webhooks.view(tenantId, String.valueOf(parameters.get("name")));
        State policy = (tenantId, parameters) -> levelsOf(policies.of(tenantId));
        State feed = (tenantId, parameters) ->
                feeds.connection(tenantId).map(FeedView::settingsOf).orElse(null);
        return new AuditedRoutes(
                        trail,
                        tenantId -> tenants.find(tenantId)
                                .filter(found -> found.status() != Tenant.Status.DELETING)
                                .isPresent())
                .action("POST " + own, "connector.create", connector)
                .action("PUT " + own + "/settings", "connector.settings.change", connector)
                .action("PUT " + own + "/enrollment", "connector.enrollment.change", connector)
                .action("PUT " + own + "/state-sync", "connector.state-sync.change", connector)
                .action("PUT " + own + "/publishing", "connector.publishing.change", connector)
                .action("POST " + own + "/publishing/forget-target", "publishing.former-target.forget", connector)
                .action("PUT " + own + "/error-management", "connector.error-management.change", connector)
                .action("POST " + own + "/sync", "enrollment.sync")
                .onlyLooks("POST " + own + "/dry-run")
                .action("POST " + own + "/held-removals/approve", "enrollment.held-removals.approve")
                .action("POST " + own + "/held-publishes/approve", "publishing.held-publishes.approve")
                .action("POST " + own + "/failed-publishes/replay", "publishing.failed-publishes.replay")
                .action("DELETE " + api + "devices/{deviceId}/credential", "device.credential.revoke")
                .action("PUT " + api + "webhooks/{name}", "webhook.save", webhook)
                .action("DELETE " + api + "webhooks/{name}", "webhook.delete", webhook)
                .onlyLooks("POST " + api + "webhooks/{name}/test")
                .action("PUT " + api + "policy", "policy.change", policy)
                .action("POST " + api + "policy/reset", "policy.reset", policy)
                .onlyLooks("POST " + api + "policy/preview")
                .action("PUT " + api + "feed", "feed.change", feed)
                .action("DELETE " + api + "feed", "feed.disconnect", feed)
                .action("POST " + api + "feed/read-again", "feed.read-again")
                .action("PUT " + own + "/device-settings", "connector.device-settings.change")
                .action("POST " + api + "devices/{deviceId}/deactivate", "device.deactivate")
                .action("POST " + api + "devices/{deviceId}/resync", "device.resync")
                .action("DELETE " + api + "devices/{deviceId}", "device.delete")
                .action("POST " + api + "device-actions", "device.act-on-many")
                .action("POST " + api + "devices/{deviceId}/threats/{threatGuid}/ignore", "threat.ignore")
                .action("DELETE " + api + "devices/{deviceId}/threats/{threatGuid}/ignore", "threat.stop-ignoring")
                .action("POST " + api + "threat-actions", "threat.act-on-many")
                .action("PUT " + api + "parked-events/{vendorGuid}/device", "parked-events.tie", guid)
                .action("DELETE " + api + "parked-events/{vendorGuid}/device", "parked-events.untie", guid)
                .action("DELETE " + api + "parked-events/{vendorGuid}", "parked-events.discard", guid)
                .action("POST " + api + "keys", "key.create", keyList)
                .action("DELETE " + api + "keys/{keyId}", "key.revoke", keyList)
                .action("POST " + api + "tenant/consent-check", "consent.check", tenant)
                .making("POST " + operators, "tenant.create", "tenantId")
                .action("PATCH " + one, "tenant.change", tenant)
                .action("POST " + one + "/invitation", "tenant.invite")
                .action("POST " + one + "/keys", "key.create", keyList)
                .action("DELETE " + one + "/keys/{keyId}", "key.revoke", keyList)
                .action("POST " + one + "/suspend", "tenant.suspend", tenant)
                .action("POST " + one + "/resume", "tenant.resume", tenant)
                .action("POST " + one + "/offboard", "tenant.offboard", tenant)
                .action("POST " + one + "/restore", "tenant.restore", tenant)
                .action("POST " + api + "operator/poison/{poisonId}/replay", "poison.replay")
                .action("POST " + api + "operator/poison/{poisonId}/discard", "poison.discard");
    }

    private static Object levelsOf(Policy policy) {
        Map<String, Object> levels = new LinkedHashMap<>();
        levels.put("version", policy.version());
        levels.put("rule", policy.rule().label());
        for (Classification classification : Classification.values()) {
            levels.put(classification.name(), policy.levelOf(classification).label());
        }
        return levels;
    }

    /** How heartbeat and sync go is no setting. */
    private static @Nullable Object settingsOf(Map<String, Object> view) {
        Map<String, Object> settings = new LinkedHashMap<>(view);
        settings.remove("heartbeat");
        settings.remove("sync");
        return settings;
    }
}
