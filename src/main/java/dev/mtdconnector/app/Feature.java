package dev.mtdconnector.app;

import dev.mtdconnector.http.Route;
import dev.mtdconnector.schedule.JobKind;
import dev.mtdconnector.schedule.TenantJob;
import java.util.List;
import java.util.Map;

/** A part of the composition root that is wired by itself: what it answers, and what it does for tenants. */
interface Feature {

    default List<Route> routes() {
        return List.of();
    }

    default Map<JobKind, TenantJob> jobs() {
        return Map.of();
    }
}
