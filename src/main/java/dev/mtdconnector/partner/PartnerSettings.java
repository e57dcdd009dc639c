package dev.mtdconnector.partner;

import java.net.URI;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The partner side of Intune.
 *
 * @param serviceEndpoint null for the discovery through Graph; else {@code {serviceEndpoint}/tenant} and
 *     {@code {serviceEndpoint}/device} take the place of what would be discovered
 * @param tokenScope {@link #PUBLIC_CLOUD_SCOPE}, or a sovereign cloud's
 * @param enrollmentUrl where Intune sends people to enroll with us
 * @param remediationUrl where Intune sends people to put a device right
 * @param entityType the number of the entity that carries a threat level; Microsoft gives it to its partners only
 * @param threatField the name of that entity's field for the level; likewise
 * @param partnerId under which Intune lists our connector, in lower case; likewise, and null where it is not known
 */
public record PartnerSettings(
        @Nullable URI serviceEndpoint,
        String tokenScope,
        URI enrollmentUrl,
        URI remediationUrl,
        @Nullable Integer entityType,
        @Nullable String threatField,
        @Nullable String partnerId) {

    /** The two slashes are right: the resource's name ends in one. */
    public static final String PUBLIC_CLOUD_SCOPE = "https://api.manage.microsoft.com//.default";

    private static final Set<String> TAKEN = Set.of("EntityType", "TenantId", "DeviceId", "UserId", "LastUpdateTime");

    /** Of a partner whose connector nobody looks for in Intune. */
    public PartnerSettings(
            @Nullable URI serviceEndpoint,
            String tokenScope,
            URI enrollmentUrl,
            URI remediationUrl,
            @Nullable Integer entityType,
            @Nullable String threatField) {
        this(serviceEndpoint, tokenScope, enrollmentUrl, remediationUrl, entityType, threatField, null);
    }

    public PartnerSettings {
        if (threatField != null && (threatField.isBlank() || TAKEN.contains(threatField))) {
            throw new IllegalArgumentException("The threat field needs a name that no other field of the entity has");
        }
    }
}
