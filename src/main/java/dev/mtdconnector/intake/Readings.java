package dev.mtdconnector.intake;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mtdconnector.common.AppException.FieldError;
import dev.mtdconnector.intake.DeviceEvents.Incoming;
import dev.mtdconnector.intake.EventIntake.Rejected;
import dev.mtdconnector.tenant.Tenant;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads what was sent, in whatever format, as events of a tenant: all that one sent event says, or nothing of it. */
final class Readings {

    private final Tenant tenant;
    private final FeedFormat format;
    private final Clock clock;

    Readings(Tenant tenant, FeedFormat format, Clock clock) {
        this.tenant = tenant;
        this.format = format;
        this.clock = clock;
    }

    /**
     * What was understood, or why it was not.
     *
     * @param isForeign true when it was refused because it is another enterprise's
     */
    record Taken(List<Incoming> events, @Nullable Rejected rejected, boolean isForeign) {}

    Taken read(int index, String raw) {
        String path = "events[" + index + "]";
        JsonNode node = EventBody.tree(raw);
        if (node == null) {
            return refused(index, null, List.of(EventBody.tooLong(path)));
        }
        FeedFormat.Said said = format.said(node);
        if (!said.errors().isEmpty()) {
            return refused(
                    index,
                    null,
                    said.errors().stream().map(error -> under(path, error)).toList());
        }
        List<Incoming> events = new ArrayList<>();
        for (JsonNode one : said.events()) {
            EventReader.Reading reading = EventReader.read(one, path, clock);
            Event event = reading.event();
            if (event == null) {
                return refused(
                        index,
                        reading.id(),
                        reading.errors().stream()
                                .map(error -> asSent(path, error))
                                .toList());
            }
            if (event.enterpriseGuid() != null && !event.enterpriseGuid().equals(tenant.enterpriseGuid())) {
                FieldError error = new FieldError(path + ".enterprise_guid", "is not this tenant's");
                return new Taken(List.of(), new Rejected(index, reading.id(), List.of(asSent(path, error))), true);
            }
            // What waits is read again as the intake's own words; what is only kept, is kept as it came.
            boolean isAsSent = one.equals(node) || event instanceof Event.Kept;
            events.add(new Incoming(event, isAsSent ? raw : one.toString(), index));
        }
        return new Taken(events, null, false);
    }

    private static Taken refused(int index, @Nullable String id, List<FieldError> errors) {
        return new Taken(List.of(), new Rejected(index, id, errors), false);
    }

    private FieldError asSent(String path, FieldError error) {
        if (!error.field().startsWith(path + ".")) {
            return error;
        }
        String name = format.nameAsSent(error.field().substring(path.length() + 1));
        return under(path, new FieldError(name, error.message()));
    }

    private static FieldError under(String path, FieldError error) {
        return new FieldError(error.field().isEmpty() ? path : path + "." + error.field(), error.message());
    }
}
