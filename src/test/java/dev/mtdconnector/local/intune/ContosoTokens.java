package dev.mtdconnector.local.intune;

import dev.mtdconnector.local.contoso.TokenCheck;
import dev.mtdconnector.local.contoso.WellKnown;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Takes the tokens that Contoso's sign-in service issued for Intune. */
public final class ContosoTokens implements PartnerService.PartnerTokens {

    private final TokenCheck check;

    public ContosoTokens(TokenCheck check) {
        this.check = check;
    }

    @Override
    public PartnerService.@Nullable Caller caller(@Nullable String authorization) {
        try {
            TokenCheck.Caller caller = check.check(authorization, Set.of(WellKnown.INTUNE_AUDIENCE));
            return new PartnerService.Caller(caller.tenant(), caller.roles());
        } catch (TokenCheck.Rejected e) {
            // Why is for the log of whoever issued it; Intune only says that it is not good.
            return null;
        }
    }
}
