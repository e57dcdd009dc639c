package dev.mtdconnector.local.intune;

/**
 * What carries a threat level in an upload. Microsoft gives both to its partners only, so the values here are invented
 * for the local world and configured on both sides.
 *
 * @param entityType the number of the entity
 * @param threatField the field that holds a name of {@link HealthState}
 */
public record PartnerNames(int entityType, String threatField) {

    /** The local world's own names. */
    public static final PartnerNames INVENTED = new PartnerNames(1001, "ThreatState");
}
