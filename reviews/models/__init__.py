"""What it adds up to: review rounds, annual reports and their paragraphs."""

from reviews.models.review import AnnualReview, ReviewRound, ReviewSection

__all__ = ["AnnualReview", "ReviewRound", "ReviewSection"]
