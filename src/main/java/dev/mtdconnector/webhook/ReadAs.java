package dev.mtdconnector.webhook;

import dev.mtdconnector.intake.Event;
import dev.mtdconnector.intake.EventIntake;
import dev.mtdconnector.threat.Threat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What a sample would be read as, for people who are writing a mapping. */
final class ReadAs {

    private ReadAs() {}

    static Map<String, Object> view(EventIntake.Look look) {
        EventIntake.Rejected rejected = look.rejected();
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("index", look.index());
        view.put("readAs", look.events().stream().map(ReadAs::event).toList());
        view.put("errors", rejected == null ? List.of() : rejected.errors());
        return view;
    }

    private static Map<String, Object> event(Event event) {
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("id", event.id());
        view.put("at", event.createdTime());
        view.put("unknownWords", event.unknown());
        if (event instanceof Event.OnDevice onDevice) {
            view.put("vendorGuid", onDevice.vendorGuid());
            view.put("entraDeviceId", onDevice.externalId());
        }
        if (event instanceof Event.OfThreat ofThreat) {
            Threat threat = ofThreat.threat();
            view.put("what", "threat");
            view.put("threatGuid", threat.guid());
            view.put("status", threat.status().name().toLowerCase(Locale.ROOT));
            view.put("classifications", threat.classifications());
            view.put("severity", threat.severity().label());
        } else if (event instanceof Event.OfDevice ofDevice) {
            view.put("what", Boolean.TRUE.equals(ofDevice.activated()) ? "activated" : "deactivated");
        } else {
            view.put("what", "kept only");
        }
        return view;
    }
}
