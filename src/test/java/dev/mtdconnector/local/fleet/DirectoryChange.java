package dev.mtdconnector.local.fleet;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mtdconnector.local.contoso.WellKnown;
import dev.mtdconnector.local.http.Json;
import java.util.List;

/**
 * Makes happen in Contoso's directory what the fleet does there. What is so already is left as it is: a fleet of the same seed
 * may have lived there before.
 */
final class DirectoryChange {

    private final FleetSite site;

    DirectoryChange(FleetSite site) {
        this.site = site;
    }

    void happens(Act act) {
        boolean isKnownPhone = site.contoso().deviceByDeviceId(act.phone()).isPresent();
        switch (act.kind()) {
            case HIRED -> {
                if (site.contoso().user(act.person()).isEmpty()) {
                    change(Json.object()
                            .put("type", "userCreated")
                            .put("id", act.person())
                            .put("displayName", act.name())
                            .put("userPrincipalName", act.person() + "@" + WellKnown.DOMAIN));
                }
            }
            case QUIT -> {
                if (site.contoso().user(act.person()).isPresent()) {
                    change(Json.object().put("type", "userDeleted").put("user", act.person()));
                }
            }
            case JOINED -> members(act, "add");
            case LEFT -> members(act, "remove");
            case GOT_PHONE -> {
                String[] traits = act.what().split(" ", -1);
                if (!isKnownPhone) {
                    change(Json.object()
                            .put("type", "deviceCreated")
                            .put("deviceId", act.phone())
                            .put("displayName", act.name())
                            .put("owner", act.person())
                            .put("operatingSystem", traits[0])
                            .put("operatingSystemVersion", traits[0].equals("iOS") ? "18.6" : "16")
                            .put("managed", traits[2].equals("managed")));
                }
            }
            case PHONE_DELETED -> {
                if (isKnownPhone) {
                    change(Json.object().put("type", "deviceDeleted").put("deviceId", act.phone()));
                }
            }
            case REREGISTERED -> {
                if (site.contoso().deviceByDeviceId(act.what()).isEmpty()) {
                    change(Json.object()
                            .put("type", "deviceReregistered")
                            .put("deviceId", act.phone())
                            .put("newDeviceId", act.what()));
                }
            }
            case HANDED_OVER ->
                change(Json.object()
                        .put("type", "ownerChanged")
                        .put("deviceId", act.phone())
                        .put("owner", act.person()));
            default -> throw new IllegalArgumentException(act.line());
        }
    }

    private void members(Act act, String verb) {
        ObjectNode change = Json.object()
                .put("type", "members")
                .put("group", act.what().equals("nested") ? WellKnown.FIELD_SALES_GROUP : WellKnown.ENROLLMENT_GROUP);
        change.putArray(verb).add(act.person());
        change(change);
    }

    private void change(ObjectNode change) {
        site.changes().apply(List.of(change));
    }
}
