package dev.mtdconnector.local.fleet;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mtdconnector.local.fleet.Act.Kind;
import dev.mtdconnector.local.fleet.Requests.Answer;
import dev.mtdconnector.local.risk.Enrollment;
import dev.mtdconnector.local.risk.Severity;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/** Half of the phones with the vendor's app: what they find is in the vendor's cloud, for the connector to read by itself. */
final class VendorCloud {

    private final FleetSite site;
    private final Requests requests = new Requests();
    /** The cloud's guid of each threat by the fleet's. */
    private final Map<String, String> threats = new HashMap<>();
    /** When something was last said of a phone. */
    private final Map<String, Instant> said = new HashMap<>();

    VendorCloud(FleetSite site) {
        this.site = site;
    }

    static boolean has(FleetModel.Phone phone) {
        return phone.isVendors && phone.id.hashCode() % 2 == 0;
    }

    void tell(Act act) {
        String guid = UUID.nameUUIDFromBytes(("cloud " + act.phone()).getBytes(StandardCharsets.UTF_8))
                .toString();
        if (act.kind() == Kind.ACTIVATES) {
            if (site.risk().device(guid).isEmpty()) {
                site.risk().enroll(Enrollment.android().withGuid(guid).withEntra(act.phone()));
            }
            site.risk().activate(guid);
        } else if (act.kind() == Kind.CATCHES) {
            Severity severity = Severity.valueOf(Threats.valueOf(act.what()).severity());
            threats.put(act.name(), site.risk().openThreat(guid, act.what(), severity));
        } else if (threats.containsKey(act.name())) {
            site.risk().resolve(threats.remove(act.name()));
        }
        said.put(act.phone(), site.clock().instant());
    }

    /** Whether the connector has read all that was said of the phone. */
    boolean isReadOf(String phone) {
        Instant last = said.get(phone);
        return last == null || coveredUntil().isAfter(last);
    }

    /** Whether it has read everything. */
    boolean isRead() {
        Instant last = said.values().stream().max(Instant::compareTo).orElse(Instant.MIN);
        return last.equals(Instant.MIN) || coveredUntil().isAfter(last);
    }

    private Instant coveredUntil() {
        Answer answer = requests.send("GET", site.connector() + "/api/v1/feed", site.apiKey(), null);
        JsonNode until = answer.json().path("coveredUntil");
        return until.isTextual() ? Instant.parse(until.textValue()) : Instant.MIN;
    }
}
