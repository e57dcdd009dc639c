package dev.mtdconnector.app;

import dev.mtdconnector.http.Route;
import dev.mtdconnector.signin.SealedSecrets;
import dev.mtdconnector.storage.WebhookTable;
import dev.mtdconnector.webhook.Formats;
import dev.mtdconnector.webhook.WebhookRoutes;
import dev.mtdconnector.webhook.WebhookSettingsRoutes;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Feeds of other vendors. Another vendor's class is named here, by what an administrator calls its format. */
final class WebhookWiring implements Feature {

    private final WebhookRoutes pushed;
    private final WebhookSettingsRoutes settings;

    WebhookWiring(Shared shared) {
        SealedSecrets sealed = new SealedSecrets(shared.settings().sealing(), new SecureRandom());
        WebhookTable table = new WebhookTable(shared.stores().tables());
        Formats formats = new Formats(Map.of());
        this.pushed = new WebhookRoutes(
                table,
                formats,
                sealed,
                shared.services().intake(),
                shared.stores().tenants(),
                shared.clock());
        this.settings = new WebhookSettingsRoutes(
                table,
                formats,
                sealed,
                shared.services().intake(),
                shared.stores().tenants(),
                shared.publicUrl(),
                shared.clock());
    }

    WebhookSettingsRoutes settings() {
        return settings;
    }

    @Override
    public List<Route> routes() {
        List<Route> routes = new ArrayList<>(pushed.routes());
        routes.addAll(settings.routes());
        return routes;
    }
}
