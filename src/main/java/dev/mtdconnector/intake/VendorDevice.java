package dev.mtdconnector.intake;

import dev.mtdconnector.http.Fields;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a vendor says of a device besides its guid: what it is tied by, and what a person recognises it by. Words as they were
 * sent, each of at most {@link #LONGEST} characters; null where nothing was said.
 *
 * @param externalId the Entra device id, where it is one
 * @param mdmId the id of the device in the organization's device management
 * @param mdmType which device management that is
 */
public record VendorDevice(
        @Nullable String platform,
        @Nullable String model,
        @Nullable String email,
        @Nullable String externalId,
        @Nullable String mdmId,
        @Nullable String mdmType) {

    public static final int LONGEST = 100;

    public static final VendorDevice UNKNOWN = new VendorDevice(null, null, null, null, null, null);

    /**
     * The id of the managed device in Intune, where the MDM id can be one: a GUID, of a device management that is Intune or
     * is not named. Which words name Intune is inferred; the vendor's reference lists none.
     */
    public Optional<String> intuneId() {
        String type = mdmType == null ? "INTUNE" : mdmType.toUpperCase(Locale.ROOT);
        boolean isIntune = type.contains("INTUNE") || type.contains("MICROSOFT");
        return isIntune && mdmId != null && Fields.isGuid(mdmId)
                ? Optional.of(mdmId.toLowerCase(Locale.ROOT))
                : Optional.empty();
    }

    /** These words, and those of before where these say nothing. */
    public VendorDevice after(VendorDevice before) {
        return new VendorDevice(
                platform == null ? before.platform : platform,
                model == null ? before.model : model,
                email == null ? before.email : email,
                externalId == null ? before.externalId : externalId,
                mdmId == null ? before.mdmId : mdmId,
                mdmType == null ? before.mdmType : mdmType);
    }
}
