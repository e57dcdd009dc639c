/** Contoso: a customer's Entra ID with its sign-in service, and the part of Microsoft Graph that is read from it. */
@NullMarked
package dev.mtdconnector.local.contoso;

import org.jspecify.annotations.NullMarked;
